from tests.queue_feed.conftest import authority, ca_file, certificate, peer, root

__all__ = ["authority", "ca_file", "certificate", "peer", "root"]
