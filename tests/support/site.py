"""The scripted site that we offer to users' tests, under the name our own tests know it by."""

from __future__ import annotations

from guidetrack.testing import Answer, Handler, Request, Site, zeros_gzip

__all__ = ["Answer", "Handler", "Request", "Site", "zeros_gzip"]
