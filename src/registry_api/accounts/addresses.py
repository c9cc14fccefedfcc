"""Network addresses: the network that a limit is for, and what may be shown of an address."""

from ipaddress import IPv4Address, ip_address, ip_network

_HOUSEHOLD = {4: 24, 6: 64}
"""One customer of a provider has at least this network: another address of it is no other person."""


def network_of(address: str | None) -> str:
    """The network in which the address is, such as `203.0.113.0/24`."""
    if address is None:
        return "unknown"
    version = ip_address(address).version
    return str(ip_network(f"{address}/{_HOUSEHOLD[version]}", strict=False))


def mask_address(address: object) -> str | None:
    """`203.0.113.*`, or the first half of an IPv6 address: enough to know one's own network again."""
    if address is None:
        return None
    parsed = ip_address(str(address).partition("/")[0])
    if isinstance(parsed, IPv4Address):
        return str(parsed).rpartition(".")[0] + ".*"
    return ":".join(parsed.exploded.split(":")[:4]) + ":*"
