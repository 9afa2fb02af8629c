"""What all tests share."""

import os

from hypothesis import settings

pytest_plugins = ["tests.support.centre"]

# The same examples every time: a red run is about the change. HYPOTHESIS_PROFILE=search looks further.
settings.register_profile("same", max_examples=40, derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
