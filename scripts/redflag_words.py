"""The red flags that are always on, whatever a practice's file says.

They are words a caller uses, not diagnoses: signs for which public first-aid guidance (American
Heart Association, American Stroke Association, American Academy of Pediatrics, 988 Lifeline) says
to call for help at once. A word may end in * for any ending; #fever is a number from 100.4 to 108,
#baby_weeks one up to 12, #baby_months one up to 2.
"""

from typing import Final

from scripts.protocol import RedFlagRule
from scripts.wordlist import words


def _rule(name: str, *groups: str, within: int = 0) -> RedFlagRule:
    lists = tuple(tuple(part.strip() for part in group.split(",")) for group in groups)
    return RedFlagRule(name=name, all_of=lists, within=within)


_PAIN: Final = (
    "pain*, hurt*, ache*, aching, tight*, pressure, heav*, crush*, squeez*, burning, discomfort"
)
_FEVER: Final = "fever*, febrile, temperature, temp, #fever"

BASE_RULES: Final = (
    _rule("Chest pain", "chest*", _PAIN, within=7),
    _rule(
        "Heart attack",
        "heart attack*, cardiac arrest, heart stopped, arm and jaw, jaw and arm",
    ),
    _rule("Pain in arm or jaw", "left arm, jaw", "sweat*, clammy, nause*, chest", within=0),
    _rule(
        "Trouble breathing",
        "breath*, air",
        "cant, cannot, trouble, troubles, hard, difficult*, short*, struggl*, gasp*, unable, "
        "barely, problem*, labored, fighting, out",
        within=6,
    ),
    _rule(
        "Not breathing",
        "not breathing, isnt breathing, stopped breathing, quit breathing, stops breathing, "
        "turning blue, turned blue, lips blue, blue lips, gray lips, grey lips, going blue, "
        "lips are blue, lips turning blue, doesnt breathe, wont breathe, not take a breath",
    ),
    _rule(
        "Choking",
        "choking, choked on, stuck in throat, stuck in his throat, stuck in her throat, "
        "stuck in my throat",
    ),
    _rule(
        "Stroke signs",
        "stroke, face droop*, facial droop*, droopy face, face drop*, face is drooping, "
        "mouth droop*, slurred speech, slurring, slurred, slurs, speech slurred, "
        "cant speak, cannot speak, cant talk, cannot talk, cant get words out, face is numb, "
        "sudden numbness, sudden confusion, sudden vision loss, suddenly cant see",
    ),
    _rule(
        "Weakness on one side",
        "one side, left side, right side, one arm, one leg, left arm, right arm, left leg, "
        "right leg, half of body",
        "weak*, numb*, paraly*, droop*, cant move, cannot move, cant lift, cannot lift",
        within=8,
    ),
    _rule(
        "Worst headache",
        "worst headache, thunderclap, sudden severe headache, worst head pain, "
        "sudden headache, headache of my life",
    ),
    _rule(
        "Stiff neck with fever",
        "stiff neck, neck stiff*, neck is stiff, neck is so stiff, cant bend neck, "
        "cannot bend neck, cant touch chin",
        _FEVER,
    ),
    _rule(
        "Fever in a young infant",
        _FEVER,
        "newborn*, #baby_weeks weeks, #baby_weeks week, #baby_weeks wk, #baby_weeks wks, "
        "#baby_months months, #baby_months month, #baby_months mo, #baby_months mos, "
        "days old, day old, one month old, two months old, two month old, one week old, "
        "two weeks old, three weeks old, four weeks old, five weeks old, six weeks old, "
        "seven weeks old, eight weeks old, born last week, born this week",
    ),
    _rule(
        "Suicide or self-harm",
        "suicid*, kill myself, kill himself, kill herself, kill themselves, kill themself, "
        "end my life, end it all, ending it all, take my own life, taking my life, "
        "want to die, wants to die, wanting to die, better off dead, dont want to live, "
        "doesnt want to live, not want to live, dont want to be here anymore, hurt myself, "
        "hurt himself, hurt herself, hurting myself, harm myself, harm himself, harm herself, "
        "harming myself, self harm*, cut my wrist*, cutting myself, hang myself, shoot myself",
    ),
    _rule("Threat to others", "kill him, kill her, kill them, kill someone, hurt someone"),
    _rule(
        "Overdose or poisoning",
        "overdos*, poison*, swallowed bleach, drank bleach, swallowed battery, "
        "swallowed a button battery, too many pills, whole bottle of, took all my pills, "
        "took all his pills, took all her pills, swallowed pills, drank antifreeze",
    ),
    _rule(
        "Severe bleeding",
        "bleed*, blood",
        "wont stop, cant stop, not stopping, doesnt stop, isnt stopping, cannot stop, lot of, "
        "lots of, heavy, heavily, heaviest, pouring, gushing, spurting, soaking, soaked, "
        "everywhere, severe*, badly, profus*",
        within=9,
    ),
    _rule(
        "Bleeding inside",
        "coughing up blood, coughing blood, vomiting blood, vomited blood, throwing up blood, "
        "threw up blood, puking blood, black stool*, tarry stool*, coffee grounds, "
        "spitting up blood, coughed up blood",
    ),
    _rule(
        "Bleeding in pregnancy", "pregnan*", "bleed*, blood, spotting, water broke, contractions"
    ),
    _rule(
        "Unconscious",
        "unconscious*, unresponsive, not responding, isnt responding, not waking, wont wake, "
        "cant wake, cannot wake, not wake up, doesnt wake, passed out, passing out, pass out, "
        "blacked out, collaps*, lost consciousness, faint*, syncope, went limp, "
        "gone limp, is limp, lifeless, "
        "hard to wake, difficult to wake, wont respond",
    ),
    _rule("Seizure", "seizure*, seizing, convuls*"),
    _rule(
        "Anaphylaxis",
        "anaphyla*, epipen, epi pen, throat closing, throat is closing, throat closed, "
        "throat swell*, throat is swelling, tongue swell*, tongue is swelling, tongue swollen, "
        "swollen tongue, lips swell*, lips are swelling, swollen lips, face swell*, "
        "face is swelling, swelling of face, swelling of tongue, swelling of throat",
    ),
    _rule(
        "Allergic reaction, severe",
        "allerg*, hives, bee sting, stung, peanut*",
        "throat, tongue, lips, face, breath*, wheez*, swell*, swollen, vomit*",
    ),
    _rule(
        "Sudden confusion",
        "suddenly confused, sudden confusion, confused all of a sudden, very confused, "
        "doesnt know where, not making sense, isnt making sense, talking nonsense",
    ),
    _rule(
        "Serious injury",
        "head injury, hit head, hit my head, hit his head, hit her head, hit their head, "
        "car accident, car crash, gunshot, stabbed, fell from, fell down stairs, electrocut*, "
        "drown*, broken bone showing, bone sticking out, amputat*",
    ),
    _rule(
        "Heart beating wrongly",
        "heart, heartbeat, pulse",
        "racing and dizzy, racing and faint, racing and short, over 150, above 150",
        within=12,
    ),
    _rule(
        "Pale, cold or sweating with pain",
        "pain*",
        "clammy, cold sweat*, gray, grey, ashen, drenched",
    ),
    _rule("Purple rash with fever", "purple rash, purple spots, rash purple, petechia*", _FEVER),
    _rule("Baby not feeding or not wet", "no wet diaper*, not wet diaper, no wet nappies"),
)

REAL_WORDS: Final = frozenset(
    words(
        "alert allergy alter attach attached balmy battle beaten beating better bitter "
        "black bleeding blending blessing blind block blocks blond bloody bloom bottle "
        "breach bread break breaks breathing breeding broad brood button calm chasing "
        "cheat check chess chewed choosing chose chosen claim clam closing clothing "
        "cotton crash crush eight even ever every fail failed fails faint faints fair "
        "faith farming feather feature fewer fight flood front harming healing heard "
        "hearing hears heart heating heats heaven heavy holding hurry hurts labor labored "
        "laboured later letter lever light little liver never night older order packing "
        "paid paint painted painting paints pair paper parking passes passing past paste "
        "patient patients pausing point points poised poison posting prison prisons quick "
        "quiet quite right river rotten scolding season seasons seat server seven sever "
        "several severe share sharp shirt shorts shot sight size sized sizes speak "
        "speaker speed spelling staff stick still sting stock stoke stone stool stools "
        "stop stopped stove strike string strung stuck stuff stung style swear sweater "
        "sweaty sweet taste tester thinking thread threat threats throat tight track "
        "under waiter wander warming waste water weight winter wonder"
    )
)
"""Words of everyday speech one letter away from a red flag's: never taken for a misspelling."""
