"""Stage `synthesize`: the exports of a made-up register, and the truth behind it that no stage reads."""

from pipeline.core.errors import Problem
from pipeline.core.stage import Context, Report, Stage

RECIPES = ("kz_2026", "plain")


def run(ctx: Context) -> Report:
    """Writes the synthetic exports of a programme that declares a recipe for them."""
    recipe = ctx.programme.synthetic
    if recipe is None or recipe.recipe not in RECIPES:
        raise Problem(
            f"{ctx.programme.programme}: declare `synthetic: {{recipe: ...}}` with one of {', '.join(RECIPES)}."
        )
    return _plain(ctx) if recipe.recipe == "plain" else _register(ctx)


def _register(ctx: Context) -> Report:
    from pipeline.synthesize import register

    size = ctx.param("synthesize")
    lines = register.write(
        ctx.write("raw"),
        ctx.write("truth"),
        past=size.past,
        open_=size.open,
        years=size.years,
        dirt=size.dirt,
        seed=ctx.param("run").seed,
        as_of=ctx.programme.as_of,  # the exports have their own day, whatever day they are looked at from
        step=ctx.progress.step,
    )
    return Report(
        figures={"lines": lines},
        lines=[
            f"A synthetic register of {size.past:,} past and {size.open:,} open applications; no person in it exists."
        ],
    )


def _plain(ctx: Context) -> Report:
    """Rows drawn from the descriptions of the columns alone; there is no truth behind them."""
    from pipeline.synthesize import plain

    cases, seed = ctx.param("synthesize").open, ctx.param("run").seed
    lines = plain.write(ctx.write("raw"), ctx.programme, cases=cases, seed=seed, step=ctx.progress.step)
    ctx.write("truth").mkdir(parents=True, exist_ok=True)
    return Report(
        figures={"lines": lines},
        lines=[f"A SYNTHETIC register of {cases:,} applications, drawn column by column; no person in it exists."],
    )


STAGE = Stage(
    name="synthesize",
    title="Make up a synthetic register",
    reads=(),
    writes=("raw", "truth"),
    params=("run", "synthesize"),
    run=run,
    dated=False,
    applies=lambda programme: programme.synthetic is not None,
)
