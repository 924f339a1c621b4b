"""What the lists say about themselves: the same paragraphs on the first sheet and on the first page."""

from pipeline.core.messages import Words
from pipeline.rank.listing import Head, day


def paragraphs(head: Head, words: Words) -> list[tuple[str, str]]:
    """(heading, text) in the reader's language: what this is, how the order is made, what a score does not mean."""
    return [
        (words("Status"), head.status),
        (words("As of"), words("Only what was known by {day} is used.", day=day(head.as_of, words.lang))),
        (
            words("What this is"),
            words(
                "The order in which files are proposed for work. It decides nothing: every decision is an officer's, "
                "and nothing here refuses anybody."
            ),
        ),
        (
            words("How the order is made"),
            words(
                "The higher score comes first. Equal scores: the file lodged earlier comes first. Lodged on the same day: "
                "the smaller SHA-256 of the salt followed by the application number comes first. "
                "A rerun with the same data gives the same order."
            ),
        ),
        *([(words("Random review"), head.review)] if head.review else []),
        (words("Salt"), head.salt),
        (
            words("What a score means"),
            words(
                "An estimate between 0 and 1. What was learned from past files: {meaning}. It is about many similar files "
                "and can be wrong about any single one.",
                meaning=head.score_means,
            ),
        ),
        (
            words("What a score does not mean"),
            words(
                "It says nothing about a person's worth, honesty or right to a permit, and a low score is no ground for a "
                "refusal. Citizenship, ethnicity, sex and other protected attributes are not used for it."
            ),
        ),
        (
            words("Not sure: a person first"),
            words(
                "Where the interval of a score is wide, the model is not sure, and the file carries this mark beside its "
                "interval. Where too little is known to say anything, no score is shown. A person looks at these files "
                "before anybody goes by their place."
            ),
        ),
        (
            words("Reasons"),
            words(
                "The entries that move the file most, forward or back, with the person's own value. They explain the "
                "order, not a decision. An entry that was not stated stays not stated. Of one subject only entries that "
                "point the same way are named; all other entries are summed up as the rest."
            ),
        ),
        (
            words("What would change a reason"),
            words(
                "Read off the model's published table: the nearest answer that would move the file further forward, if "
                "nothing else changed, in points of that table. It is no promise and no advice to state what is not true; "
                "a file's place also depends on the other files, and it does not decide."
            ),
        ),
        (
            words("Held for an officer"),
            words(
                "A check required by law did not come out clear. The gate and the article of law are named; an officer "
                "looks at the file and decides. Ordered by the day of lodging, not by score."
            ),
        ),
        (
            words("Incomplete"),
            words(
                "A paper or an answer is missing. The list names what to ask for. Ordered by the day of lodging, not by score."
            ),
        ),
        (words("Versions"), "; ".join(f"{name}: {version}" for name, version in head.versions.items())),
    ]
