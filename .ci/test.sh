#!/bin/sh
# Every check and every test, one after the other; all of them run even when one fails. Called by make test.
set -u
cd "$(dirname "$0")/.."

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

install_package() {
    echo "Installing $1 …"
    { apt-get install -y -qq "$1" || { apt-get update -qq && apt-get install -y -qq "$1"; }; } >/dev/null 2>&1
}

has_chromium() { command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }

has_cage() { command -v bwrap >/dev/null 2>&1; }

say_how() { echo "$1 is not here, and only root may install it: sudo apt-get install $1"; }

if ! has_chromium; then
    if can_install && install_package chromium && has_chromium; then :; else
        command -v apt-get >/dev/null 2>&1 && ! can_install && say_how chromium
        echo "Taking Playwright's own Chromium …"
        python -m playwright install chromium ||
            echo "None could be had: the browser tests will fail. Install chromium or google-chrome, and run again."
    fi
fi

if [ "$(uname)" = Linux ] && ! has_cage; then
    if can_install; then
        install_package bubblewrap || echo "bubblewrap could not be installed: the sandbox tests will be skipped."
    else
        say_how bubblewrap
        echo "Without it the sandbox tests are skipped."
    fi
fi

begun=$(date +%s)
summary=
failed=0
step() {
    name=$1
    shift
    echo
    echo "== $name"
    started=$(date +%s)
    if "$@"; then result=ok; else result=FAILED failed=1; fi
    summary="$summary$(printf '  %-18s %-7s %4d s' "$name" "$result" "$(($(date +%s) - started))")
"
}

step "import contracts" lint-imports
step "ruff check" ruff check .
step "ruff format" ruff format --check .
step "mypy" python -m mypy
# Two at a time where there are cores; a file's tests stay together, because they share a database or a server.
step "tests" python -m pytest tests --ignore=tests/e2e --ignore=tests/sandbox -n "${TEST_PROCESSES:-2}" --dist loadfile -rsfE
# By themselves: they look for processes that a cage left on this machine, and must find nobody else's.
step "sandbox tests" python -m pytest tests/sandbox --ignore=tests/sandbox/docker --ignore=tests/sandbox/hostile -rsfE
step "hostile programs" python -m pytest tests/sandbox/hostile -rsfE
step "Docker" python -m pytest tests/sandbox/docker -rsfE
# By themselves: they start the real server, and a busy machine would make them wait for nothing.
step "browser tests" python -m pytest tests/e2e -rsfE

echo
echo "== Summary after $((($(date +%s) - begun) / 60)) min $((($(date +%s) - begun) % 60)) s"
printf '%s' "$summary"
python -m tests.surroundings
[ "$failed" = 0 ] && echo "Everything that ran is in order." || echo "Something FAILED: look above at the steps that say so."
exit $failed
