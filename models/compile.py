"""From LightGBM's trees to lookup tables, exactly: what the trees say is written down cell by cell, nothing is fitted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from models.tables import Axis, Table, Tables

if TYPE_CHECKING:
    import lightgbm as lgb

ZERO = float(np.float32(1e-35))  # LightGBM's kZeroThreshold: its dense predictor reads |x| <= this as 0
BELOW_ZERO = float(np.nextafter(-ZERO, -np.inf))
Node = dict[str, Any]
Path = list[tuple[Node, bool]]  # the nodes that lead to a leaf, and whether the way goes left


@dataclass(frozen=True)
class _Leaf:
    """A leaf of a tree as a box: its value, the way to it by feature, and the share of cases that a feature lets in."""

    value: float
    paths: dict[int, Path]
    shares: dict[int, float]


def compile_booster(booster: "lgb.Booster", pairs: Iterable[Sequence[str]] = ()) -> Tables:
    """Tables whose cells sum to `booster.predict(x, raw_score=True)` for every matrix x, up to the order of summation.

    A leaf that is reached through one feature is a step of that feature's table. A leaf with value v reached through
    two features a and b holds where M_a M_b = 1; with q the share of training cases that a feature's own splits on the
    way let in, v M_a M_b = v q_a q_b + v q_b (M_a - q_a) + v q_a (M_b - q_b) + v (M_a - q_a)(M_b - q_b): a constant, a
    part of each feature's own table, and what only the pair's table can say. Half of the last to each feature gives
    LightGBM's own `pred_contrib` (tree SHAP, S. Lundberg and others, 2018), which the tests compare.

    Raises ValueError for a booster that is not a plain sum of trees, and where the way to a leaf reads two features
    that `pairs` does not name, or more than two.
    """
    model = booster.dump_model()
    if model["num_tree_per_iteration"] != 1 or model["average_output"]:
        raise ValueError("Only a model of one sum of trees has tables: not several classes, not a random forest.")
    names: list[str] = model["feature_names"]
    allowed = {frozenset([name]) for name in names} | {frozenset(pair) for pair in pairs} | {frozenset[str]()}
    trees = zip(model["tree_info"], _thresholds(booster), strict=True)
    leaves = [leaf for tree, thresholds in trees for leaf in _leaves(tree["tree_structure"], thresholds)]
    for leaf in leaves:
        read = frozenset(names[feature] for feature in leaf.paths)
        if read not in allowed:
            raise ValueError(
                f"A tree reads {', '.join(sorted(read))} together, which `train.pairs` does not declare: only an "
                "additive model has tables. Train with `train.additive: true`, and declare the pair if it is wanted."
            )
    alone = sorted({feature for leaf in leaves for feature in leaf.paths})
    together = sorted({(min(leaf.paths), max(leaf.paths)) for leaf in leaves if len(leaf.paths) == 2})
    return Tables(
        constant=sum(leaf.value * prod(leaf.shares.values()) for leaf in leaves),
        features=names,
        tables=[
            *(_own(names[feature], feature, leaves) for feature in alone),
            *(_together(names, one, other, leaves) for one, other in together),
        ],
    )


def missing_as_zero(booster: "lgb.Booster") -> list[str]:
    """Numbers that the trees read and that no training case lacked: LightGBM reads a missing one as 0."""
    trees = booster.trees_to_dataframe()
    found = set(trees.loc[(trees["decision_type"] == "<=") & (trees["missing_type"] == "None"), "split_feature"])
    return [name for name in booster.feature_name() if name in found]


def _thresholds(booster: "lgb.Booster") -> list[list[float]]:
    """Each tree's thresholds by node. `dump_model` writes 1e300 where one is infinite, the text format tells them apart."""
    texts = booster.model_to_string().split("\nTree=")[1:]
    found = [re.search(r"^threshold=(.*)$", text, re.MULTILINE) for text in texts]
    return [[float(value) for value in line.group(1).split()] if line else [] for line in found]


def _leaves(root: Node, thresholds: list[float]) -> list[_Leaf]:
    """Every leaf below `root`, left to right; the nodes get their exact `thresholds`."""
    found = []
    waiting: list[tuple[Node, Path]] = [(root, [])]
    while waiting:
        node, path = waiting.pop()
        if "leaf_const" in node:
            raise ValueError("A tree with linear leaves is no step function, so it has no table; train without them.")
        if "leaf_value" in node:
            found.append(_leaf(node, path))
        else:
            if node["decision_type"] == "<=":
                node["threshold"] = thresholds[node["split_index"]]
            waiting += [(node["right_child"], [*path, (node, False)]), (node["left_child"], [*path, (node, True)])]
    return found


def _leaf(leaf: Node, path: Path) -> _Leaf:
    paths: dict[int, Path] = {}
    shares: dict[int, float] = {}
    for node, left in path:
        feature, child = node["split_feature"], node["left_child" if left else "right_child"]
        inside = child["internal_count"] if "internal_count" in child else child["leaf_count"]
        paths.setdefault(feature, []).append((node, left))
        shares[feature] = shares.get(feature, 1.0) * (inside / node["internal_count"] if node["internal_count"] else 0)
    return _Leaf(leaf["leaf_value"], paths, shares)


def _own(name: str, feature: int, leaves: list[_Leaf]) -> Table:
    """The table of one feature."""
    read = [leaf for leaf in leaves if feature in leaf.paths]
    axis = _Cut(name, [leaf.paths[feature] for leaf in read])
    effects, average = np.zeros(axis.size), 0.0
    for leaf in read:
        weight = leaf.value * prod(share for other, share in leaf.shares.items() if other != feature)
        effects += weight * axis.inside(leaf.paths[feature])
        average += weight * leaf.shares[feature]
    # taken off at the end: rounding then keeps equal steps equal, and a declared direction stays one
    return Table(axes=[axis.axis], effects=(effects - average).tolist())


def _together(names: list[str], one: int, other: int, leaves: list[_Leaf]) -> Table:
    """The table of a pair: what it says beyond the tables of its two features."""
    read = [leaf for leaf in leaves if one in leaf.paths and other in leaf.paths]
    first, second = (_Cut(names[feature], [leaf.paths[feature] for leaf in read]) for feature in (one, other))
    effects = np.zeros((first.size, second.size))
    for leaf in read:
        a, b = first.inside(leaf.paths[one]) - leaf.shares[one], second.inside(leaf.paths[other]) - leaf.shares[other]
        effects += leaf.value * np.outer(a, b)
    return Table(axes=[first.axis, second.axis], effects=effects.tolist())


class _Cut:
    """A feature cut where the ways to some leaves cut it, and which of its cells lie on such a way."""

    def __init__(self, name: str, paths: list[Path]) -> None:
        nodes = {id(node): node for path in paths for node, _ in path}
        if next(iter(nodes.values()))["decision_type"] == "==":
            codes = sorted(set().union(*(_codes(node) for node in nodes.values())))
            self.axis = Axis(feature=name, codes=codes)
            left = {key: np.isin(codes, list(_codes(node))) for key, node in nodes.items()}
            self._left = {key: np.append(cells, False) for key, cells in left.items()}
        else:
            edges = {_edge(node["threshold"]) for node in nodes.values()}
            if any(node["missing_type"] == "Zero" for node in nodes.values()):
                edges |= {BELOW_ZERO, ZERO}  # zero goes its own way, so it needs its own cell
            up_to = np.array(sorted(edges - {np.inf}))  # infinite: all that is known goes left
            unseen = any(node["missing_type"] == "None" for node in nodes.values())
            self.axis = Axis(feature=name, up_to=up_to.tolist(), missing_as_zero=unseen)
            self._left = {key: _left(node, up_to) for key, node in nodes.items()}
        self.size = self.axis.size

    def inside(self, path: Path) -> np.ndarray:
        """1 for the cells from which `path` is taken, 0 for the others."""
        cells = [self._left[id(node)] == left for node, left in path]
        return np.logical_and.reduce(cells).astype(np.float64)


def _codes(node: Node) -> set[int]:
    return {int(code) for code in node["threshold"].split("||")}


def _edge(threshold: float) -> float:
    """Where x <= threshold ends when every |x| <= ZERO is read as 0."""
    if -ZERO <= threshold < 0:
        return BELOW_ZERO
    return ZERO if 0 <= threshold < ZERO else threshold


def _left(node: Node, up_to: np.ndarray) -> np.ndarray:
    """Which cells of a number go left at `node`, the missing one last (LightGBM's `Tree::NumericalDecision`)."""
    places = np.arange(len(up_to) + 2)
    left = places <= np.searchsorted(up_to, _edge(node["threshold"]))
    zero = np.searchsorted(up_to, 0.0)
    if node["missing_type"] == "Zero":
        left[zero] = node["default_left"]
    left[-1] = left[zero] if node["missing_type"] == "None" else node["default_left"]
    return left
