"""The house still stands: one name for one thing, rooms of a size, texts in their place, references that resolve."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from tests.test_floors import FILES, ROOMS, ROOT

CHINESE = re.compile(r"[\u3400-\u9fff]")
LOOKED_FOR = "words the program looks for in what people write, or data of the invented sample"
NO_TEXT = {
    "adapters/matching/claim_key.py": LOOKED_FOR,
    "adapters/matching/lookalikes.py": LOOKED_FOR,
    "adapters/matching/text_folding.py": LOOKED_FOR,
    "adapters/office/founding/new_office.py": LOOKED_FOR,
    "adapters/office/founding/placeholders.py": LOOKED_FOR,
    "domain/matching/short_texts.py": LOOKED_FOR,
    "domain/matching/words.py": LOOKED_FOR,
    "cli/demo/case_scripts.py": LOOKED_FOR,
    "cli/demo/scenario.py": LOOKED_FOR,
    "adapters/register/intake/case_assignment.py": "the form of a case number, which is stored",
    "domain/risk/questions.py": LOOKED_FOR,
    "api/http/auth.py": "the scheme as the description of the API names it, which is made before a catalogue is read",
}
"""Files with Chinese in a string that is no text of ours, and why."""

NO_NOUN = ("Be", "Say", "Name", "Hold", "Give", "Tell", "Owe", "Point", "Return", "Raise", "Refuse")
MOST_FILES = 14


@pytest.fixture(scope="module", autouse=True)
def _forgotten() -> Iterator[None]:
    """Forty megabytes of trees live no longer than the tests of them."""
    yield
    modules.cache_clear()


@cache
def modules() -> list[tuple[str, str, ast.Module]]:
    """Every product file with its text and tree, migrations left out: they are history."""
    files = [ROOT / f"{name}.py" for name in FILES]
    files += [file for room in ROOMS for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts]
    texts = {file: file.read_text(encoding="utf-8") for file in sorted(files)}
    return [(str(file.relative_to(ROOT)), text, ast.parse(text)) for file, text in texts.items()]


def test_no_public_class_name_stands_twice() -> None:
    places = defaultdict(list)
    for file, _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(file)

    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_a_class_docstring_says_what_an_instance_is() -> None:
    found = [
        f"{file}: {node.name}: {docstring}"
        for file, _, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and (docstring := ast.get_docstring(node) or "").split(" ", 1)[0].rstrip(":,") in NO_NOUN
    ]

    assert found == []


def test_every_text_people_read_is_in_config_texts() -> None:
    found = [
        f"{file}:{node.lineno}: {node.value}"
        for file, _, tree in modules()
        if file not in NO_TEXT
        for node in strings(tree)
        if CHINESE.search(node.value)
    ]

    assert found == []


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every string of a module that is no docstring."""
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node


def test_every_rule_and_page_the_code_refers_to_exists() -> None:
    rules = set(re.findall(r"(?m)^#+ Rule (\d+)", (ROOT / "docs" / "design.md").read_text(encoding="utf-8")))
    decisions = {file.name[:4] for file in (ROOT / "docs" / "decisions").glob("*.md")}
    found = []
    for file, text, _ in modules():
        named = [n for part in re.findall(r"\brules? ([\d, and]+)", text) for n in re.findall(r"\d+", part)]
        found += [f"{file}: rule {n}" for n in named if n not in rules]
        found += [f"{file}: {page}" for page in re.findall(r"docs/[\w/.-]+\.md", text) if not (ROOT / page).is_file()]
        pages = re.findall(r"docs/decisions/(\d{4})|\bdecision (\d{4})", text)
        found += [f"{file}: decision {n}" for pair in pages for n in pair if n and n not in decisions]
        found += [f"{file}: {gone}" for gone in re.findall(r"DESIGN[^\s)]*", text)]

    assert found == []


PAGES = (
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    *(f"docs/{one.name}" for one in (ROOT / "docs").glob("*.md")),
)


@pytest.mark.parametrize("page", PAGES)
def test_every_path_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    roots = "|".join(sorted({*ROOMS, "config", "bench", "tests", "docs"}))
    named = re.findall(rf"`((?:{roots})/[\w./-]*)`", text)

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_no_folder_of_the_product_holds_more_files_than_one_can_survey() -> None:
    folders = {folder for room in ROOMS for folder in [ROOT / room, *(ROOT / room).rglob("*")] if folder.is_dir()}
    many = {
        str(folder.relative_to(ROOT)): count
        for folder in folders
        if "migrations" not in folder.parts and (count := len(list(folder.glob("*.py")))) > MOST_FILES
    }

    assert many == {}
