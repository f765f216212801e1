"""What each practice told us to do, checked and run: pure, with no window, database or clock.

Entry points, all in memory and quick enough for the window's thread once a library is loaded:

- `loader.load_library(folder)`, `loader.load_practice(path)`: practices from YAML, checked;
  `Library.by_number`, `.by_id`, `.for_number` (the neutral practice when there is none),
  `.find_name(text)` as a name is typed, `.faults`.
- `hours.at(practice, moment)`: mode in force, open or closed, local time, next change;
  `hours.due_at`, `hours.next_business_day`.
- `greeting.say_greeting(practice, moment, agent, dialled)`: the first words; `greeting.greet` where
  how the practice stands is known already.
- `facts.summary(practice, moment)`, `facts.search(practice, query, moment)`: its own answers.
- `oncall.on_call_at(practice, moment)`: who is on call, from what, until when, and who is next;
  `oncall_spans.stints` and `.troubles` say it of days, with gaps and overlaps;
  `ladders.ladder_for(practice.ladders, ...)`: the ladder signed for such a call.
- `openings.open_times(practice, appointment_type=..., after=..., busy=...)`, `openings.by_day`,
  `openings.shown`, `openings.spoken_time`; an open time travels as `OpenTime.key`.
- `triage.Interview.start(practice, call_type, baa_in_force=..., moment=...)`: the guided form, an
  immutable state machine; `.to_record()` and `Interview.restore(practice, record)` for drafts.
  What it shows (steps, problems, read-back, red flags, `ending()`) is in `sheet.Sheet`.
- `fhir.questionnaire_in.read_questionnaire(text)`, `fhir.questionnaire_out.write_questionnaire`,
  `fhir.response.write_response(interview, authored=...)`: forms and answers as FHIR R4.
- `redflags.for_rules(practice.protocol.red_flags).find(text)`: words that show the 911 line.
- `diff.compare(old, new)`: what differs between two editions, typed and in plain words;
  `told.whole.told(practice)` is a practice as a list of what it says.
- `rehearse.rehearse(old, new, shapes)`: a changed script replayed over calls; `shapes.Shape` is a
  call without words or health details, `rehearse.every_way` stands for calls not had yet.
- `emergency.line_for(practice, place)`: the ten-digit PSAP number for where the patient is.
- `phone_numbers`, `spelling`, `spoken`: how numbers, names and times are read aloud.

Moments are aware `datetime`s, handed in; local times are the practice's own.
"""
