"""A page or document from the web, as bytes: politely, within limits, and from public addresses only.

Every address that a name resolves to is checked, at every redirect, and the connection goes to the address that
was checked. Knows nothing of what is in the bytes.
"""

import socket
import time
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from index.errors import ReportError
from index.report import LARGEST_FILE

AGENT = "baogaotong/0.1"
PATIENCE = 60.0  # seconds for all of it
TIMEOUT = 15.0  # seconds for a connection or for the next bytes
REDIRECTS = 5
LARGEST_ROBOTS = 500 * 1024  # bytes, as RFC 9309 asks


class _Checked(httpx.BaseTransport):
    """Connects to the very address that it has found to be public; the host name stays in Host and in TLS."""

    def __init__(self, allow_private: bool) -> None:
        self._inner = httpx.HTTPTransport()
        self._allow_private = allow_private

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        address = _address(host, request.url.port, allow_private=self._allow_private)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def is_url(text: str) -> bool:
    """Whether an argument is an address on the web."""
    return text.lower().startswith(("http://", "https://"))


def fetch(url: str, *, allow_private: bool = False) -> bytes:
    """The bytes at a URL; `ReportError` says in a sentence what stood in the way."""
    deadline = time.monotonic() + PATIENCE
    with httpx.Client(transport=_Checked(allow_private), timeout=TIMEOUT, headers={"User-Agent": AGENT}) as client:
        try:
            for _ in range(REDIRECTS + 1):
                if not is_url(url):
                    raise ReportError(f"{url} 不是 http 或 https 网址；请检查网址。")
                if not _welcome(client, url, deadline):
                    raise ReportError(f"{url} 的 robots.txt 不许程序读取；请用浏览器打开，另存后再加入。")
                status, target, data = _get(client, url, LARGEST_FILE, deadline)
                if target is None:
                    break
                url = target
            else:
                raise ReportError(f"{url} 转向超过 {REDIRECTS} 次；请检查网址。")
        except httpx.TimeoutException as error:
            raise ReportError(f"{url} 太久没有回应；请稍后再试，或用浏览器另存后加入。") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ReportError(f"连不上 {url}；请检查网址和网络。") from error
    if status >= 400:
        raise ReportError(f"{url} 打不开（HTTP {status}）；请检查网址。")
    return data


def _get(client: httpx.Client, url: str, limit: int, deadline: float) -> tuple[int, str | None, bytes]:
    """Status, where a redirect leads, and the body."""
    with client.stream("GET", url) as response:
        if response.has_redirect_location:
            return response.status_code, str(httpx.URL(url).join(response.headers["location"])), b""
        data = bytearray()
        for chunk in response.iter_bytes():
            data += chunk
            if len(data) > limit:
                raise ReportError(f"{url} 超过 {limit // 1024} KiB 的上限；请只加入报告正文。")
            if time.monotonic() > deadline:
                raise ReportError(f"{url} 传得太慢；请稍后再试，或用浏览器另存后加入。")
        return response.status_code, None, bytes(data)


def _welcome(client: httpx.Client, url: str, deadline: float) -> bool:
    """Whether robots.txt lets us read; none means yes, a broken server means no (RFC 9309)."""
    parts = urlsplit(url)
    robots = f"{parts.scheme}://{parts.netloc}/robots.txt"
    for _ in range(REDIRECTS + 1):
        status, target, data = _get(client, robots, LARGEST_ROBOTS, deadline)
        if target is None:
            break
        robots = target
    if status >= 500:
        return False
    if status >= 300:
        return True
    rules = RobotFileParser()
    rules.parse(data.decode("utf-8", "replace").splitlines())
    return rules.can_fetch(AGENT, url)


def _address(host: str, port: int | None, *, allow_private: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ReportError(f"找不到网站 {host}；请检查网址和网络。") from error
    addresses = sorted({str(item[4][0]) for item in found}, key=lambda a: (":" in a, a))
    if not allow_private and not all(map(_is_public, addresses)):
        raise ReportError(f"{host} 是内部网络的地址，没有去读；确实要读请加 --allow-private。")
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast
