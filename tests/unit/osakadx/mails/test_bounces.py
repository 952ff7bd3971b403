"""What a mail that came back says."""

import pytest
from osakadx.mails.bounces import failed

# As Postfix writes them (RFC 3464); the address is an example.
BOUNCE = b"""\
From: MAILER-DAEMON@mx.example.lg.jp (Mail Delivery System)
To: catalog@pref.example.lg.jp
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.lg.jp
Arrival-Date: Mon, 30 Nov 2026 08:15:02 +0900 (JST)

Final-Recipient: rfc822; Nobody@city.example.lg.jp
Original-Recipient: rfc822;nobody@city.example.lg.jp
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <nobody@city.example.lg.jp>: User unknown

--x
Content-Type: message/rfc822

Subject: =?utf-8?b?44GK55+l44KJ44Gb?=
To: nobody@city.example.lg.jp

body
--x--
"""


def test_an_address_that_is_unknown_there_failed_for_good():
    assert failed(BOUNCE) == ("nobody@city.example.lg.jp",)


def test_several_addresses_are_told_apart():
    second = b"\nFinal-Recipient: rfc822; other@city.example.lg.jp\nAction: delayed\nStatus: 4.4.1\n"
    third = b"\nFinal-Recipient: rfc822; third@city.example.lg.jp\nAction: failed\nStatus: 5.2.1\n"
    several = BOUNCE.replace(b": User unknown\n", b": User unknown\n" + second + third)
    assert failed(several) == ("nobody@city.example.lg.jp", "third@city.example.lg.jp")


@pytest.mark.parametrize(
    "old, new",
    [
        (b"Action: failed", b"Action: delayed"),
        (b"Status: 5.1.1", b"Status: 4.2.2"),
        (b"message/delivery-status", b"text/plain"),
        (b"nobody@city.example.lg.jp\nAction", b"nobody\nAction"),
    ],
)
def test_what_is_no_failure_for_good_says_nothing(old, new):
    assert failed(BOUNCE.replace(b"rfc822; Nobody@city.example.lg.jp", b"rfc822; x").replace(old, new)) == ()


@pytest.mark.parametrize("mail", [b"", b"\xff\x00", b"Subject: Out of office\n\nBack on Monday.", BOUNCE[:600]])
def test_other_mails_and_broken_ones_say_nothing(mail):
    assert failed(mail) == ()
