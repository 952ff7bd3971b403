"""May a run do what its plan says? Additions and changes mostly; removals only in routine numbers; sometimes nothing.

Held means untouched: the source's page shows the sentence, and an authorised person releases or discards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .listing import Facts

Action = Literal["apply", "hold-removals", "hold-run"]


@dataclass(frozen=True)
class Numbers:
    """What a plan comes to.

    Attributes:
        before: records that the source had. gone: how many of them are no longer listed.
        renamed: records that only changed their guid and keep their data sets; they are not among those gone.
    """

    before: int
    gone: int
    renamed: int = 0


@dataclass(frozen=True)
class Limits:
    """What counts as routine for one source.

    Args:
        fraction: share of its records that may go at once.
        small: below so many records, one may go.
    """

    fraction: float = 0.10
    small: int = 10

    def removals(self, before: int) -> int:
        """How many of a source's records may go without a person's word."""
        return 1 if before < self.small else max(1, int(before * self.fraction))


@dataclass(frozen=True)
class Verdict:
    """What the run does.

    Attributes:
        action: ``apply`` the plan; ``hold-removals``: additions and changes only; ``hold-run``: nothing.
        slug: the reason, stable. message: the same in Japanese, with the numbers.
        remove: how many records to mark absent now. held: how many wait for a person.
        limit: removals that would have been routine.
    """

    action: Action
    slug: str
    message: str
    remove: int = 0
    held: int = 0
    limit: int = 0


def check(
    plan: Numbers,
    facts: Facts,
    limits: Limits | None = None,
    *,
    moved: Sequence[tuple[str, str]] = (),
    last_host: str = "",
    absent: int = 0,
) -> Verdict:
    """Judge a plan.

    Args:
        plan: what the listing comes to beside what the source had.
        facts: how the listing ended.
        moved: from `diff.moves`.
        last_host: that answered the last applied run.
        absent: records of this source that are absent already and still in their grace, so that a source cannot
            dwindle unseen by one routine removal a day.
    """
    limits = limits or Limits()
    limit = limits.removals(plan.before + absent)
    if facts.unchanged:
        return Verdict("apply", "unchanged", "前回から変わっていません。", limit=limit)
    held = _whole_run(plan, facts, limit, moved, last_host)
    verdict = held or _removals(plan, facts, limit, absent)
    renamed = (
        f"{plan.renamed} 件はIDが変わりましたが、題名とファイルから同じものと見て、同じデータセットのまま更新します。"
        if plan.renamed
        else ""
    )
    return replace(verdict, limit=limit, message=verdict.message + renamed)


def _whole_run(
    plan: Numbers, facts: Facts, limit: int, moved: Sequence[tuple[str, str]], last_host: str
) -> Verdict | None:
    wait = "何も変えずに確認を待ちます。"
    if facts.listed == 0:
        said = f"一覧が空でした(前回 {plan.before} 件)。{wait}"
        return Verdict("hold-run", "listing-empty", said, held=plan.gone)
    if last_host and facts.host != last_host:
        said = f"一覧の公開場所が {last_host} から {facts.host or '不明な場所'} に変わりました。{wait}"
        return Verdict("hold-run", "host-changed", said, held=plan.gone)
    if len(moved) > limit:
        said = f"前回の {plan.before} 件のうち {len(moved)} 件が、題名やURLは同じままIDだけ変わっています。{wait}"
        return Verdict("hold-run", "identity-changed", said, held=plan.gone)
    return None


def _removals(plan: Numbers, facts: Facts, limit: int, absent: int) -> Verdict:
    gone = plan.gone
    if not facts.complete:
        said = f"一覧を最後まで読めませんでした({facts.listed} 件まで)。追加と更新だけを行い、削除は判断しません。"
        return Verdict("hold-removals", "listing-partial", said)
    if gone and (gone + absent > limit or gone * 2 >= plan.before):
        waiting = f"、ほかに {absent} 件が猶予中" if absent else ""
        said = (
            f"前回の {plan.before} 件のうち {gone} 件が一覧から消えました(確認なしに消すのは {limit} 件まで{waiting})。"
            "追加と更新だけを行い、削除は確認を待ちます。"
        )
        return Verdict("hold-removals", "too-many-gone", said, held=plan.gone)
    said = f"{gone} 件が一覧から消えました。猶予の後に非公開にします。" if gone else "一覧のとおりに反映します。"
    return Verdict("apply", "routine", said, remove=plan.gone)
