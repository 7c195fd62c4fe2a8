"""Tests in Debian's Chromium: our trackers and other people's, counted by a real server."""

import pytest

pytest.register_assert_rewrite("tests.browser.portal")
