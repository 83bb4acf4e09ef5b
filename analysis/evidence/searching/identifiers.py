"""What identifies a record: DOI, PubMed number, registration number, title; each in one spelling."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from analysis.evidence.characters import without_unseen

DOI = re.compile(r"10\.[0-9]{4,9}/[!-~]+")
#: the DOI in an address, which goes on after it
DOI_IN_ADDRESS = re.compile(r"10\.[0-9]{4,9}/[^/?#\s]+")
AFTER_DOI = re.compile(r"(\.full.*|\.pdf|\.abstract|v[0-9]+)$")
#: what CENTRAL gives each of its records besides the DOI of the article
OF_CENTRAL = "10.1002/central/"
PMID = re.compile(r"[1-9][0-9]{0,7}")
PMID_IN_ADDRESS = re.compile(r"(?:pubmed[^0-9]{0,20}|PubMed )([1-9][0-9]{4,7})(?![0-9])", re.I)
MARKUP = re.compile(r"</?(?:i|b|u|em|strong|sub|sup|span|p|jats:\w+|inf)(?:\s[^>]*)?/?>", re.I)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
#: a shorter title ("Editorial", "Reply to the authors") belongs to many records
SHORTEST_TITLE = 20
#: a cell that begins like this is a formula to a spreadsheet
FORMULA = ("=", "+", "-", "@")

#: registration numbers as registers write them
REGISTRATIONS = re.compile(
    r"(?<![A-Za-z0-9])(?:NCT ?[0-9]{8}|ISRCTN ?[0-9]{8}|DRKS ?[0-9]{8}|ACTRN ?[0-9]{14}"
    r"|ChiCTR[- ]?[A-Z0-9-]*[0-9]{8,12}|IRCT ?[0-9]{8,16}N[0-9]+|CTRI/[0-9]{4}/[0-9]{2,3}/[0-9]{6}"
    r"|jRCTs? ?[0-9]{9,10}|UMIN ?[0-9]{9}|JapicCTI-?[0-9]{6}|KCT ?[0-9]{7}|RBR-[0-9a-z]{5,8}"
    r"|PACTR ?[0-9]{15,16}|TCTR ?[0-9]{11}|RPCEC ?[0-9]{8}|SLCTR/[0-9]{4}/[0-9]{3}"
    r"|PER-[0-9]{3}-[0-9]{2}|LBCTR ?[0-9]{10}|(?:EUCTR|EudraCT|CTIS)?[-: ]*20[0-9]{2}-[0-9]{6}-[0-9]{2})(?![0-9])",
    re.I,
)
EUROPEAN = re.compile(r"(20[0-9]{2})-([0-9]{6})-([0-9]{2})")
#: registers whose numbers are written in mixed case
SPELT = {"chictr": "ChiCTR", "jrct": "jRCT", "japiccti": "JapicCTI", "rbr": "RBR"}
#: addresses of registers, by which a record shows that it is an entry in one
REGISTERS = re.compile(
    r"clinicaltrials\.gov|trialsearch|who\.int/ictrp|clinicaltrialsregister\.eu|euclinicaltrials\.eu|isrctn\.com"
    r"|chictr\.org|irct\.(ir|behdasht)|anzctr\.org|drks\.de|ctri\.nic\.in|umin\.ac\.jp|jrct",
    re.I,
)


def cleaned(text: str) -> str:
    """One line of plain text: no markup, no characters that nobody sees, single spaces."""
    plain = CONTROL.sub(" ", html.unescape(MARKUP.sub("", text)))
    return " ".join(without_unseen(plain).split())


def as_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: one that looks like it gets an apostrophe before it."""
    plain = cleaned(text)
    return f"'{plain}" if plain.startswith(FORMULA) else plain


def doi_in(text: str) -> str:
    """The first DOI in a text, in small letters; "" if there is none, or only CENTRAL's own."""
    found = DOI.search(text)
    if found is None:
        return ""
    doi = found[0].lower().rstrip(".,;\"'")
    while doi.endswith((")", "]")) and doi.count("(") + doi.count("[") < doi.count(")") + doi.count("]"):
        doi = doi[:-1].rstrip(".,;")
    return "" if doi.startswith(OF_CENTRAL) else doi


def doi_of_address(address: str) -> str:
    """The DOI in the address of a page, without what the page adds to it."""
    found = DOI_IN_ADDRESS.search(address)
    if found is None:
        return ""
    doi = found[0].lower()
    while (shorter := AFTER_DOI.sub("", doi)) != doi:
        doi = shorter
    return "" if f"{doi}/".startswith(OF_CENTRAL) else doi


def pmid_of_address(address: str) -> str:
    """The PubMed number in an address, "" if it has none."""
    found = PMID_IN_ADDRESS.search(address)
    return found[1] if found else ""


def registrations_in(*texts: str) -> tuple[str, ...]:
    """The registration numbers in texts, each once and in one spelling, in their order."""
    found = [spelt(match[0]) for text in texts for match in REGISTRATIONS.finditer(text)]
    return tuple(dict.fromkeys(found))


def spelt(number: str) -> str:
    """A registration number in its one spelling: ``NCT01234567``, ``EudraCT 2020-001234-56``."""
    european = EUROPEAN.search(number)
    if european:
        # numbers of the present European register begin with 5 in their second part
        register = "CTIS" if european[2].startswith("5") else "EudraCT"
        return f"{register} {european[0]}"
    plain = number.replace(" ", "").upper()
    for start, written in SPELT.items():
        if plain.lower().startswith(start):
            rest = plain[len(start) :]
            if start == "rbr":
                return written + rest.lower()
            return written + (rest.removeprefix("-") if start == "chictr" else rest.replace("S", "s"))
    return plain


def year_in(*texts: str) -> int | None:
    """The first year in the first text that has one."""
    for text in texts:
        if found := re.search(r"(?<![0-9])(?:19|20)[0-9]{2}", text):
            return int(found[0])
    return None


def title_key(title: str) -> str:
    """A title for comparison: letters and digits only, without accents and case; "" if it is too short to tell."""
    plain = unicodedata.normalize("NFKD", cleaned(title)).casefold()
    key = "".join(sign for sign in plain if sign.isalnum())
    return key if len(key) >= SHORTEST_TITLE else ""


def address_of(doi: str, pmid: str, registrations: Iterable[str], links: Iterable[str]) -> str:
    """Where a record can be looked up: by DOI, else PubMed, else a link of the export, else the register."""
    if doi:
        return f"https://doi.org/{quote(doi, safe='/:;()[]<>,.-_~+*=!$&@')}"
    if pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    for link in links:
        if re.match(r"https?://", link.strip(), re.I):
            return quote(link.strip(), safe="%/:;?#[]@!$&'()*+,=-_.~")
    for number in registrations:
        if number.startswith("NCT"):
            return f"https://clinicaltrials.gov/study/{number}"
    return ""
