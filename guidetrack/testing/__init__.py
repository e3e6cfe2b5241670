"""A scripted website on loopback, to test programs that use guidetrack without the network.

::

    import guidetrack
    from guidetrack.testing import Clock, Site, wall, write_sources

    def test_our_clinic_hears_of_it(tmp_path):
        clock = Clock()
        with Site({"/guidance": "<main><h1>Guidance</h1><p>Observe for two hours.</p></main>"}) as site:
            sources = write_sources(tmp_path, site)                # one source for each page: "guidance"
            with guidetrack.open(sources, now=clock) as tracker:
                list(tracker.check())
                site.page("/guidance", "<main><h1>Guidance</h1><p>Observe for one hour.</p></main>")
                clock.forward(days=1)
                outcomes = list(tracker.check())                   # one, ``changed``
                site.answer("/guidance", wall("blocked"))
                clock.forward(days=1)
                outcomes = list(tracker.check())                   # one, ``missed`` (blocked)

guidetrack's own tests use it. It is light: nothing beyond the standard library is loaded.
"""

from __future__ import annotations

from guidetrack.testing.answers import Answer, Handler, Request, zeros_gzip
from guidetrack.testing.setup import Clock, write_sources
from guidetrack.testing.site import Site
from guidetrack.testing.walls import WALLS, wall

__all__ = ["Answer", "Clock", "Handler", "Request", "Site", "WALLS", "wall", "write_sources", "zeros_gzip"]
