"""A source's Record becomes a Dataset: vocabularies' keys, ISO dates, addresses that can be published.

Nothing a publisher writes stops it: what cannot be read is left out of its field, kept in words where a field for
words exists, and noted in a Japanese sentence that says what it was and how to write it.
"""

from __future__ import annotations

from dataclasses import dataclass

from osakadx import contacts, files, keywords, links, menu, names, standards, text, vocab
from osakadx.dataset import Contact, Dataset, Record, Resource
from osakadx.values import Notices, Values, label, shown

_LONGEST_VERSION = 100  # what CKAN's column holds


@dataclass(frozen=True)
class SourceContext:
    """What is known about a source beside its records.

    Attributes:
        publisher: name of the organisation on the portal that the source belongs to: six-digit code, or a department.
        license: licence of everything in the source that names none (any spelling), or empty.
        name: name of the source as people know it, for notices.
        base_url: address that relative links of its records hang on, or empty.
        others: the source may speak for other bodies too (an aggregator); else a record that names another body is
            published under the source's own, with a notice.
        stored: what the addresses of files begin with that the portal takes into its own storage, or empty: any other
            address than a public one is left out.
    """

    publisher: str
    license: str = ""
    name: str = ""
    base_url: str = ""
    others: bool = False
    stored: str = ""


def normalise(record: Record, source: SourceContext) -> Dataset:
    """Return the data set that a record describes. Never raises, whatever the record holds."""
    notices: Notices = []
    values = Values(record.concepts, notices, source.base_url)
    resources = files.resources(record.files, notices, source.base_url, source.stored)
    title = _title(values, record, resources)
    publisher = _publisher(values, source)
    identifier = values.line("identifier") or text.clean(record.guid)
    standard = standards.by_title(title)
    tags = [tag for written in values.raw("keyword") for tag in keywords.split(written)]
    themes, unread_themes = values.many("theme", vocab.themes_of, "分野", "e-Statの17分野の名前で書いてください。")
    unread_themes = [theme for theme in unread_themes if not links.is_address(theme)]  # nobody searches for it
    menus, unread_menus = values.many(
        "universal_menu", menu.entries_of, "ユニバーサルメニュー", "「子育て」「防災」など28の項目から書いてください。"
    )
    start, end, period_text = _period(values)
    frequency, frequency_text = _frequency(values)
    license_key, license_words = _license(values, source, resources)
    pages = values.links("landing_page")
    return Dataset(
        identifier=identifier,
        name=names.dataset_name(publisher, identifier, title, standard.slug if standard else ""),
        title=title,
        publisher=publisher,
        subtitle=values.line("subtitle"),
        notes=values.lines("description"),
        keywords=tuple(keywords.tags([*tags, *unread_themes, *unread_menus])),
        theme=themes,
        universal_menu=menus,
        url=pages[0] if pages else "",
        version=values.line("version")[:_LONGEST_VERSION].strip(),
        issued=values.date("issued"),
        modified=values.date("modified") or _latest(resources) or text.date(record.modified) or "",
        frequency=frequency,
        frequency_text=frequency_text,
        language=values.many("language", vocab.languages_of, "言語", "「日本語」か「ja」のように書いてください。")[0],
        license=license_key,
        access_rights=_access_rights(values),
        conforms_to=files.standards(values, "conforms_to"),
        documentation=tuple(dict.fromkeys([*values.links("documentation"), *pages[1:]])),
        provenance=values.lines("provenance"),
        spatial=values.line("spatial"),
        temporal_start=start,
        temporal_end=end,
        temporal_text=period_text,
        contact=_contact(values),
        creator=values.line("creator"),
        remarks="\n".join(part for part in (values.lines("remarks"), license_words) if part),
        standard=standard.number if standard else "",
        standard_edition=_edition(values) if standard else "",
        resources=resources,
        notices=tuple(dict.fromkeys(notices)),
    )


def _title(values: Values, record: Record, resources: tuple[Resource, ...]) -> str:
    if title := values.line("title"):
        return title
    title = (
        next((resource.name for resource in resources if resource.name), "") or text.clean(record.guid) or "題名なし"
    )
    values.note(
        "title-missing", f"{label('title')}が空なので、「{shown(title)}」を仮の題名にしました。題名を書いてください。"
    )
    return title


def _publisher(values: Values, source: SourceContext) -> str:
    written = [said for concept in ("publisher_code", "publisher_name") if (said := values.line(concept))]
    found = next((named for said in written if (named := vocab.publisher_of(said))), None)
    if not found or found.name == source.publisher:
        return source.publisher
    own = vocab.publisher_of(source.publisher)
    within = own is not None and found.parent == own.name
    if source.others or within:
        return found.name
    if source.publisher and (not own or found.name != own.parent):
        values.note(
            "publisher-differs",
            f"{label('publisher_name')}「{shown('、'.join(written))}」は、この収集元の団体と違います。収集元の団体のデータとして載せました。",
        )
    return source.publisher


def _edition(values: Values) -> str:
    """The edition of the standard where the publisher names it: 推奨データセット is the old one."""
    said = text.fold(" ".join([*values.raw("conforms_to"), *values.raw("keyword"), values.line("title")]))
    return "new" if "自治体標準" in said else "old" if "推奨データセット" in said else ""


def _latest(resources: tuple[Resource, ...]) -> str:
    """The last update of a data set is that of its newest file, where every date is a full one."""
    days = [resource.modified for resource in resources if resource.modified]
    return max(days) if days and all(len(day) == 10 for day in days) else ""


def _period(values: Values) -> tuple[str, str, str]:
    written = values.line("temporal")
    span = values.one("temporal", text.period, "期間", "2025-04-01/2026-03-31 か 令和7年度 のように書いてください。")
    if not span:
        return "", "", written
    plain = {"/".join(span), span[0] if span[0] == span[1] else ""}
    return *span, "" if written in plain else written


def _frequency(values: Values) -> tuple[str, str]:
    written = values.line("frequency")
    found = values.one("frequency", vocab.frequency_of, "更新頻度", "「毎年」「毎月」「随時」のように書いてください。")
    if not found:
        return "", written
    said = {text.squeeze(name) for name in (found.key, found.label_ja, found.label_en)}
    return found.key, "" if text.squeeze(written) in said else written


def _license(values: Values, source: SourceContext, resources: tuple[Resource, ...]) -> tuple[str, str]:
    """The licence of the data set (its own, else the one that all its files share, else the source's), and a line for
    備考 with the words of one that could not be read.
    """
    key, unread = files.license_in(values, "license")
    if unread:
        return "", f"{label('license')}: {unread}"
    of_files = {resource.license for resource in resources}
    if key or (len(of_files) == 1 and of_files != {""}):
        return key or of_files.pop(), ""
    default = vocab.license_of(source.license) if source.license and of_files <= {""} else None
    return default.key if default else "", ""


def _access_rights(values: Values) -> str:
    found = values.one(
        "access_rights", vocab.access_right_of, "公開範囲", "公開、制限付き公開、非公開 のどれかにしてください。"
    )
    return found.key if found else ""


def _contact(values: Values) -> Contact:
    """The contact; what is no address or number goes into its note, so that people still read it."""
    fix_email = "opendata@example.lg.jp のように、1つだけ書いてください。"
    fix_telephone = "06-0000-0000 のように、市外局番から書いてください。"
    email = values.one("contact_email", contacts.email, "メールアドレス", fix_email)
    number = values.one("contact_telephone", contacts.telephone, "電話番号", fix_telephone)
    forms = values.links("contact_url")
    words = [
        values.line("contact_note"),
        "" if email else values.line("contact_email"),
        "" if number else values.line("contact_telephone"),
        *forms[1:],
    ]
    return Contact(
        name=values.line("contact_name"),
        email=email or "",
        telephone=number[0] if number else "",
        extension=values.line("contact_extension") or (number[1] if number else ""),
        url=forms[0] if forms else "",
        note=" / ".join(word for word in words if word),
    )
