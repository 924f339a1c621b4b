"""Stage `rank`: scores and gates meet; the lists officers open are written."""

from collections.abc import Mapping

import pandas as pd

from features import recipes, registry, sets
from pipeline.core import tables, versions
from pipeline.core.errors import Problem
from pipeline.core.messages import Words
from pipeline.core.programme import Programme, learns
from pipeline.core.stage import Context, Report, Stage
from pipeline.gates import rulebook
from pipeline.rank import codes, gaps, listing, names, order, reasons
from pipeline.rank.gaps import GateText


def run(ctx: Context) -> Report:
    """Orders the queue, tells the reasons in words and writes the lists as Parquet, CSV, XLSX and HTML."""
    from pipeline.rank import pages, workbook  # XlsxWriter and Jinja2 are needed by this stage only

    programme, words = ctx.programme, Words(ctx.lang)
    ctx.progress.step(0.0, "putting the files in order")
    cases = _queue(ctx)
    scores = tables.read_table(ctx.read("interim/scores"))
    gates = tables.read_table(ctx.read("interim/gates"))
    if reasons.count(scores) != ctx.param("rank").reasons:
        raise Problem(
            "interim/scores: holds another number of reasons than `rank.reasons` in params.yaml; run `qonys run` again."
        )
    arm = programme.review_arm
    ranking = order.rank(order.queue(cases, scores, gates), programme.salt, arm.seed if arm else None)
    tables.write_frame(ranking, ctx.write("interim/ranking.parquet"))

    ctx.progress.step(0.2, "telling the reasons in words")
    described, closed = features(programme)
    reasons.check(scores, described, closed)
    codes.write(ctx.write("out/reasons.csv"), described)
    texts = gate_texts(programme, words)
    offices = {code: words.name(office.name) for code, office in programme.offices.list_.items()}
    told = reasons.tell(scores, described, words, ctx.param("model").points_to_double_odds)
    rows = listing.assemble(ranking, told, gates, texts=texts, offices=offices, words=words)
    listing.write_csv(rows, ctx.write("out/ranked_list.csv"))

    head = listing.Head(
        title=words.name(programme.title),
        status=words(programme.status),
        as_of=ctx.as_of,
        salt=programme.salt,
        score_means=words(programme.outcome.meaning),
        versions={
            words("law"): versions.law(programme),
            words("model"): versions.of(ctx.read("model").iterdir(), ctx.read("model")),
            words("code"): versions.code(),
        },
        offices=offices,
        review=_review(programme, words),
    )
    people = _people(ctx, cases)
    ctx.progress.step(0.4, "writing the workbook")
    sheets = workbook.write(ctx.write("out/ranked_list.xlsx"), rows, head, words, people)
    ctx.progress.step(0.8, "writing the pages")
    written = pages.write(ctx.write("out/lists"), rows, head, words, texts=texts, people=people)

    shown = rows[rows["list"] == order.RANKED]
    doubted, drawn = int((shown["why_doubt"] != "").sum()), int(shown["arm"].sum())
    counts = {which: int((ranking["list"] == which).sum()) for which in order.LISTS}
    lines = [
        f"{counts['ranked']:,} files in the order of work, {counts['held']:,} held for an officer, {counts['incomplete']:,} incomplete",
        f"among the ranked: {doubted:,} marked `a person first`, {drawn:,} drawn for the random review",
        f"ranked_list.xlsx: {len(sheets)} sheets; lists/: {len(written)} pages, beginning with index.html",
    ]
    tied = int(ranking["score"].where(ranking["list"] == order.RANKED).dropna().duplicated(keep=False).sum())
    return Report(figures={**counts, "tied_scores": tied, "doubt": doubted, "arm": drawn}, lines=lines)


def features(programme: Programme) -> tuple[dict[str, reasons.Described], frozenset[str]]:
    """The programme's features by name, and those that rest, near or far, on a column or a table no feature may see."""
    known = registry.scan() if programme.features.use else {}
    described, closed = {}, set()
    for record in sets.describe(programme.features):
        name = record["name"]
        described[name] = reasons.Described(
            record["kind"], record["meaning"], record["unit"], record["theme"], record["change"], record["advice"]
        )
        declared = programme.features.declare.get(name)
        used = {registry.CASES: recipes.reads(declared)} if declared else registry.columns([name], known)
        for table, columns in used.items():
            source = programme.cases.source if table == registry.CASES else table
            secret = table != registry.CASES and any(one.secret for one in programme.tables[source].columns.values())
            if secret or any((source, column) in programme.hidden for column in columns):
                closed.add(name)
    return described, frozenset(closed)


def _review(programme: Programme, words: Words) -> str:
    """How files are drawn for the random review; empty where none are."""
    arm = programme.review_arm
    if arm is None:
        return ""
    return words(
        "Of the files lodged since {day}, {share} are drawn by chance with the published seed “{seed}”. Officers handle "
        "them without score and reasons, and their place on the list is drawn as well. So it can be learnt how well the "
        "order works, from files that it did not touch.",
        day=words.day(arm.since), share=f"{reasons.number(100 * arm.share, words.lang)}%", seed=arm.seed,
    )  # fmt: skip


def gate_texts(programme: Programme, words: Words) -> dict[str, GateText]:
    """What a reader is told about each gate of the programme, and of a row that was set aside, in the reader's language."""
    unusable = {
        gaps.aside(name): GateText(
            title=source.file, law="", on_fail="",
            ask_for=words(
                "A record of this file in {export} could not be used; have it corrected (quarantine.csv names the line)",
                export=source.file,
            ),
        )
        for name, source in programme.tables.items()
    }  # fmt: skip
    return unusable | {
        gate.code: GateText(
            title=words.name(gate.rule.title),
            law=_law(words.name(gate.rule.law.act), gate.rule.law.article, words),
            on_fail=words.name(gate.rule.on_fail),
            ask_for=words.name(gate.rule.ask_for),
        )
        for gate in rulebook.load(programme).gates
    }


def _law(act: str, article: str, words: Words) -> str:
    if article == "UNKNOWN":
        return words("{act} (article not established)", act=act)
    if article[:1].isdigit():
        return words("{act}, article {article}", act=act, article=words(article))
    return f"{act}, {words(article)}"


def _queue(ctx: Context) -> pd.DataFrame:
    columns = ["case_id", "person_id", "office", "lodged_on", "arm", "queue"]
    frames = [frame[frame["queue"]] for frame in tables.read_parts(ctx.read("interim/cases"), columns)]
    return pd.concat(frames, ignore_index=True).drop(columns="queue")


def _people(ctx: Context, cases: pd.DataFrame) -> Mapping[str, str] | None:
    """case_id -> the person's name, for the offices' own pages; None where the programme names nobody."""
    source = names.source(ctx.programme)
    if source is None:
        return None
    found = []
    for frame in tables.read_parts(ctx.read("interim/tables") / source, names.columns(ctx.programme, source)):
        kept = frame[frame[ctx.programme.person_id].isin(cases["person_id"])]
        found.append(names.full(kept, ctx.programme.person_id))
    return dict(zip(cases["case_id"], cases["person_id"].map(pd.concat(found)).fillna(""), strict=True))


STAGE = Stage(
    name="rank",
    title="Rank files and write the lists",
    reads=("interim/scores", "interim/gates", "interim/cases", "interim/tables", "model"),
    writes=("interim/ranking.parquet", "out/ranked_list.csv", "out/ranked_list.xlsx", "out/lists", "out/reasons.csv"),
    params=("run", "rank", "model"),
    run=run,
    applies=learns,
)
