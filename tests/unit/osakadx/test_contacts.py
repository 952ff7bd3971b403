import pytest
from hypothesis import given
from hypothesis import strategies as st
from osakadx import contacts


@pytest.mark.parametrize(
    "written, read",
    [
        ("(06)6941-0351", ("06-6941-0351", "")),
        ("０６－６９４１－０３５１（代表）", ("06-6941-0351", "")),
        ("06（6941）0351 内線1234", ("06-6941-0351", "1234")),
        ("06ー6941ー0351", ("06-6941-0351", "")),
        ("06-6941-0351（内線：2345・2346）", ("06-6941-0351", "2345・2346")),
        ("+81-6-6941-0351", ("06-6941-0351", "")),
        ("0669410351", ("0669410351", "")),
        ("電話 06-6941-0351、06-6941-0352", ("06-6941-0351 / 06-6941-0352", "")),
        ("TEL:0120-123-456", ("0120-123-456", "")),
        ("#7119", ("#7119", "")),
        ("090-1234-5678", ("090-1234-5678", "")),
        ("188", ("188", "")),
        ("078-302-1661,1771", None),
        ("1771", None),
        ("06-6941", None),
        ("担当まで", None),
        ("", None),
        ("1999-12-31", None),
    ],
)
def test_a_telephone_number_is_read_as_offices_write_it(written, read):
    assert contacts.telephone(written) == read


@pytest.mark.parametrize(
    "written, read",
    [
        ("opendata@city.osaka.lg.jp", "opendata@city.osaka.lg.jp"),
        (" ｏｐｅｎｄａｔａ＠city.osaka.lg.jp ", "opendata@city.osaka.lg.jp"),
        ("mailto:a@b.lg.jp", "a@b.lg.jp"),
        ("a(at)b.lg.jp", "a@b.lg.jp"),
        ("a[アットマーク]b.lg.jp", "a@b.lg.jp"),
        ("a@b", None),
        ("a@b.jp; c@d.jp", None),
        ("お問い合わせフォーム", None),
        ("a@b.jp\nBcc: c@d.jp", None),
        ("", None),
    ],
)
def test_an_e_mail_address_is_read_or_refused(written, read):
    assert contacts.email(written) == read


@given(st.text(alphabet=st.sampled_from("0123456789-（）() +#内線ー・/、代表") | st.characters()))
def test_a_number_read_once_reads_the_same_again(written):
    if read := contacts.telephone(written):
        assert contacts.telephone(read[0]) == (read[0], "")
    if mail := contacts.email(written):
        assert contacts.email(mail) == mail
