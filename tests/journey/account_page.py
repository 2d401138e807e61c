"""What a company's page says in figures, read at once from what it shows."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Page

READ = """() => {
  const text = (element) => element.textContent.trim().replace(/\\s+/g, " ");
  const person = (row) => [text(row.querySelector("a")), +row.querySelector("data").value];
  const people = (section) => section ? [...section.querySelectorAll("[data-row]")].map(person) : [];
  const named = (heading) => [...document.querySelectorAll("section")]
    .find((section) => section.querySelector("h2")?.textContent.trim() === heading);
  const active = named("活動中の人") || named("終わりの90日に活動した人");
  return {
    score: +document.querySelector(".breakdown tfoot data").value,
    axis: text(document.querySelector(".axis-box-main")),
    alarms: [...document.querySelectorAll(".alarm")].map(text),
    shown: text(document.body),
    active: people(active),
    members: +text(active.querySelector(".sub")).match(/メンバー (\\d+)人/)[1],
    left: people(named("離れた人")),
    former: people(named("以前活動していた人")),
    kinds: [...document.querySelectorAll(".breakdown tbody tr")].map(
      (row) => [row.querySelector("th").firstChild.textContent.trim(), +text(row.querySelector("td")) || 0]),
    history: [...document.querySelectorAll("#history tbody tr")].map(
      (row) => [row.querySelector("time").dateTime, +text(row.querySelector("td"))]),
  };
}"""


@dataclass(frozen=True)
class AccountPage:
    """The figures; people with their points, in the order of the page; kinds of act with how many of them there are."""

    score: float
    axis: str
    alarms: list[str]
    shown: str
    """All text of the page."""
    active: list[tuple[str, float]]
    members: int
    left: list[tuple[str, float]]
    former: list[tuple[str, float]]
    kinds: dict[str, int]
    history: dict[date, float]

    def rise_since(self, days: int) -> float:
        """Return how much higher the last row of the line's table is than the one so many days before."""
        last = max(self.history)
        return self.history[last] - self.history[last - timedelta(days=days)]


def read_account(page: Page) -> AccountPage:
    """Return what the page says; it must have loaded."""
    found: dict[str, Any] = page.evaluate(READ)
    history = {date.fromisoformat(day): value for day, value in found.pop("history")}
    return AccountPage(**{**found, "kinds": dict(found["kinds"]), "history": history})
