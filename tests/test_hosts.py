"""What LATENT_LAB_HOSTS opens, as people write it, and what is said of what is no host name."""

import pytest

from pages.ui.announcement import announcement
from pages.ui.guard import hosts, not_hosts


def test_hosts_are_a_list(monkeypatch):
    monkeypatch.delenv("LATENT_LAB_HOSTS", raising=False)
    assert hosts() == frozenset()
    monkeypatch.setenv("LATENT_LAB_HOSTS", "Lab.example, b.example:8080 [::2]")
    assert hosts() == {"lab.example", "b.example", "::2"}


@pytest.mark.parametrize(
    ("listed", "served", "strange"),
    [
        ("https://lab.example http://b.example:80/lab", {"lab.example", "b.example"}, ()),
        ("Labor.Schüler.example straße.example", {"labor.xn--schler-5ya.example", "xn--strae-oqa.example"}, ()),
        (" lab.example ,, b.example.\n", {"lab.example", "b.example"}, ()),
        ("lab.example/ 10.0.0.5", {"lab.example", "10.0.0.5"}, ()),
        ("* *.school.example 'lab.example' https:// ☎.example", set(), ("*", "*.school.example", "'lab.example'")),
        ("localhost,127.0.0.1:8501 [::1]", {"localhost", "127.0.0.1", "::1"}, ()),
        # Addresses of IPv6 without brackets, and longer than browsers write them.
        ("2001:db8::5 ::1", {"2001:db8::5", "::1"}, ()),
        ("2001:DB8:0:0::5,[2001:db8:0::6] [2001:db8::7]:80", {"2001:db8::5", "2001:db8::6", "2001:db8::7"}, ()),
        ("2001:db8::5::1 fe80::1%eth0", set(), ("2001:db8::5::1", "fe80::1%eth0")),
    ],
)
def test_hosts_are_written_as_people_write_them(monkeypatch, listed, served, strange):
    monkeypatch.setenv("LATENT_LAB_HOSTS", listed)
    assert hosts() == served
    assert not_hosts()[:3] == strange


def test_what_is_not_understood_is_said_at_the_start(monkeypatch):
    monkeypatch.setenv("LATENT_LAB_HOSTS", "lab.example *")
    monkeypatch.setenv("LATENT_LAB_SHARED", "perhaps")
    said = announcement()
    assert "It also answers to lab.example." in said
    assert "LATENT_LAB_HOSTS lists '*', which is no host name" in said
    assert "LATENT_LAB_SHARED is 'perhaps', which counts as 0" in said
