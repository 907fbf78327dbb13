"""The build of the front end leaves a clean checkout clean, and its pages carry what they are painted with."""

import json

import pytest

from lms_app import frontend


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(frontend, "ROOT", tmp_path)
    (tmp_path / ".gitignore").write_text("/build/\n")
    (tmp_path / "reflex.lock").mkdir()
    (tmp_path / "reflex.lock" / "package.json").write_text('{"b":{"x":"1"},"a":"2"}')
    return tmp_path


def test_what_is_only_written_in_another_order_is_put_back(checkout):
    lock = checkout / "reflex.lock" / "package.json"
    with frontend._left_alone():
        (checkout / ".gitignore").write_text(".web\n/build/\n")
        lock.write_text('{"a":"2","b":{"x":"1"}}\n')
    assert (checkout / ".gitignore").read_text() == "/build/\n"
    assert lock.read_text() == '{"b":{"x":"1"},"a":"2"}'


def test_a_new_package_stays_in_the_lock(checkout, monkeypatch):
    monkeypatch.delenv("DEV", raising=False)
    lock = checkout / "reflex.lock" / "package.json"
    with frontend._left_alone():
        lock.write_text('{"a":"2","b":{"x":"1"},"c":"3"}')
    assert json.loads(lock.read_text())["c"] == "3"


def test_what_only_the_pages_for_developers_need_does_not(checkout, monkeypatch):
    monkeypatch.setenv("DEV", "1")
    with frontend._left_alone():
        (checkout / "reflex.lock" / "package.json").write_text('{"a":"2","b":{"x":"1"},"c":"3"}')
    assert (checkout / "reflex.lock" / "package.json").read_text() == '{"b":{"x":"1"},"a":"2"}'


def test_a_failed_build_leaves_the_checkout_clean_too(checkout):
    with pytest.raises(SystemExit), frontend._left_alone():
        (checkout / ".gitignore").write_text("")
        raise SystemExit("The front end could not be built.")
    assert (checkout / ".gitignore").read_text() == "/build/\n"


PAGE = (
    '<link rel="modulepreload" href="/assets/manifest-1.js"/><link rel="modulepreload" href="/assets/vendor-1.js"/>'
    '<style id="styles">/assets/styles-1.css</style><script type="module">import "/assets/manifest-1.js";\n'
    'import * as route0 from "/assets/root-1.js";</script>'
)


@pytest.fixture
def made(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "styles-1.css").write_text('.a::before{content:"\\1F"}')
    (tmp_path / "assets" / "manifest-1.js").write_text('window.__reactRouterManifest={"a":"\\1"};\n')
    return tmp_path


def test_a_page_carries_its_style_sheet_and_its_routes(made):
    assert frontend._with_styles_and_routes(PAGE, made) == (
        '<link rel="modulepreload" href="/assets/vendor-1.js"/><style id="styles">.a::before{content:"\\1F"}</style>'
        '<script type="module">window.__reactRouterManifest={"a":"\\1"};\n'
        'import * as route0 from "/assets/root-1.js";</script>'
    )


@pytest.mark.parametrize("missing", ["/assets/styles-1.css", 'import "/assets/manifest-1.js";'])
def test_a_page_of_another_shape_is_refused(made, missing):
    with pytest.raises(SystemExit):
        frontend._with_styles_and_routes(PAGE.replace(missing, ""), made)
