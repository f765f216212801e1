"""Asterisk's queue log, read into callers."""

from console.floor.figures import Ending
from console.floor.queue_log import QueueLog

LOG = """\
1795536000|NONE|NONE|NONE|QUEUESTART|
1795536000|1.1|answering|NONE|FRONTDESK|riverside|primary
1795536000|1.1|answering|NONE|ENTERQUEUE||5155550142|1
1795536003|1.1|answering|NONE|EXITWITHTIMEOUT|1|1|3
1795536003|1.1|answering|NONE|ENTERQUEUE||5155550142|1
1795536007|1.1|answering|Dana Whitfield|RINGNOANSWER|4000
1795536009|1.1|answering|Evan Lee|CONNECT|6|1.2|2
1795536069|1.1|answering|Evan Lee|COMPLETECALLER|6|60|1
1795536069|NONE|NONE|Evan Lee|PAUSEALL|Wrapping up, 60 s
1795536099|NONE|NONE|Evan Lee|UNPAUSEALL|
1795536100|2.1|answering|NONE|FRONTDESK|lakeshore|overflow
1795536100|2.1|answering|NONE|ENTERQUEUE||5155550143|1
1795536112|2.1|answering|NONE|ABANDON|1|1|12
1795536200|3.1|answering|NONE|ENTERQUEUE||5155550144|1
1795536210|3.1|answering|Evan Lee|CONNECT|10|3.2|1
1795536240|3.1|answering|Evan Lee|BLINDTRANSFER|101|from-desks|10|30|1
1795536300|4.1|answering|NONE|ENTERQUEUE||5155550145|1
1795536330|4.1|answering|NONE|EXITWITHTIMEOUT|1|1|30
1795536350|4.1|answering|NONE|FRONTDESKFALLBACK|
1795536400|5.1|answering|NONE|ENTERQUEUE||5155550146|1
1795536430|5.1|answering|NONE|EXITWITHTIMEOUT|1|1|30
1795536433|5.1|answering|NONE|FRONTDESKCALLBACK|
1795536500|6.1|answering|NONE|ENTERQUEUE||5155550147|1
this is no line of a queue log
"""


def test_every_caller_is_accounted_for_once() -> None:
    log = QueueLog().read(LOG.splitlines(keepends=True))
    first, second, third, fourth, fifth = log.contacts()
    assert (first.ending, first.waited_s, first.agent) == (Ending.ANSWERED, 9.0, "Evan Lee")
    assert (first.practice, first.talk_s, first.wrap_s) == ("riverside", 60.0, 30.0)
    assert (second.ending, second.waited_s, second.practice) == (
        Ending.ABANDONED,
        12.0,
        "lakeshore",
    )
    assert (third.transferred, third.talk_s) == (True, 30.0)
    assert (fourth.ending, fourth.waited_s) == (Ending.PASSED_ON, 50.0)
    assert (fifth.ending, fifth.waited_s) == (Ending.CALL_BACK, 33.0)
    assert log.waiting() == 1
    assert log.skipped == 1
