"""The network, by every family of sockets. A listener on the host sees whether anything arrived."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import ATTEMPT, ROOMY, Attack

_HEAD = ATTEMPT + "import socket, struct\n"
_END = "print('tried')"

ATTACKS = [
    Attack(
        name="inet",
        source=_HEAD
        + (
            "for host, port in (('127.0.0.1', @PORT4@), ('0.0.0.0', @PORT4@), ('@ADDRESS@', @PORT4@), ('1.1.1.1', 53), ('169.254.169.254', 80), ('172.17.0.1', 80), ('10.0.0.1', 80)):\n"
            "    attempt(f'connect {host}', lambda: socket.create_connection((host, port), 0.3))\n"
            "    def send():\n        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'hostile', (host, @PORTU@ if port == @PORT4@ else port))\n"
            "        return None if host in ('127.0.0.1', '0.0.0.0') else True\n"
            "    attempt(f'datagram {host}', send)\n"
        )
        + _END,
        expect="accepted",
        stdout="tried\n",
        rows=(34,),
        covers=("network: inet",),
        limits={"wall_ms": 8000},
    ),
    Attack(
        name="inet6",
        source=_HEAD
        + (
            "for host, port in (('::1', @PORT6@), ('::ffff:127.0.0.1', @PORT4@), ('2606:4700:4700::1111', 53), ('fe80::1', 80)):\n"
            "    attempt(f'connect {host}', lambda: socket.create_connection((host, port), 0.3))\n"
        )
        + _END,
        expect="accepted",
        stdout="tried\n",
        rows=(34,),
        covers=("network: inet6",),
        limits={"wall_ms": 8000},
    ),
    Attack(
        name="unix sockets by path and without one",
        source=_HEAD
        + (
            "for address in ('@FOLDER@/listener.sock', '\\0@ABSTRACT@', '/var/run/docker.sock', '/run/docker.sock', '/run/systemd/private', '/run/dbus/system_bus_socket', '/proc/1/root@FOLDER@/listener.sock', '/tmp/.s.PGSQL.5432', '/var/run/postgresql/.s.PGSQL.5432', '\\0/tmp/.X11-unix/X0'):\n"
            "    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):\n"
            "        def connect():\n            s = socket.socket(socket.AF_UNIX, kind); s.connect(address); return s\n"
            "        attempt(f'unix {address}', connect)\n"
        )
        + _END,
        expect="accepted",
        stdout="tried\n",
        rows=(34,),
        covers=("network: unix",),
    ),
    Attack(
        name="netlink",
        source=_HEAD
        + (
            "for protocol in range(23):\n"
            "    def talk():\n        s = socket.socket(16, socket.SOCK_RAW, protocol); s.bind((0, 0)); return s\n"
            "    attempt(f'netlink {protocol}', talk)\n"
            "attempt('interfaces', lambda: set(os.listdir('/sys/class/net')) - {'lo'} or None)\n"
            "attempt('interfaces', lambda: {l.split(':')[0].strip() for l in open('/proc/net/dev').read().splitlines()[2:]} - {'lo'} or None)\n"
            "attempt('sockets of the machine', lambda: open('/proc/net/tcp').read().splitlines()[1:] or None)\n"
            "attempt('names of unix sockets', lambda: '@ABSTRACT@' in open('/proc/net/unix').read())\n"
        )
        + _END,
        expect="accepted",
        stdout="tried\n",
        rows=(35,),
        covers=("network: netlink",),
    ),
    Attack(
        name="raw and packet",
        source=_HEAD
        + (
            "for family, kind, protocol in ((2, socket.SOCK_RAW, 1), (2, socket.SOCK_RAW, 255), (10, socket.SOCK_RAW, 58), (17, socket.SOCK_RAW, 0x300), (17, socket.SOCK_DGRAM, 0x300), (17, 10, 0), (2, socket.SOCK_DGRAM, 1)):\n"
            "    attempt(f'{family} {kind} {protocol}', lambda: socket.socket(family, kind, protocol))\n"
        )
        + _END,
        expect="accepted",
        stdout="tried\n",
        rows=(35,),
        covers=("network: raw",),
    ),
    Attack(
        name="vsock and every other family",
        source=_HEAD
        + (
            "for family in [40, *range(3, 10), *range(11, 16), *range(17, 50)]:\n    for kind in (1, 2, 3, 5):\n"
            "        attempt(f'family {family} {kind}', lambda: call(41, family, kind, 0) >= 0)\n"
            "def vsock():\n    s = socket.socket(40, 1); s.settimeout(0.3); s.connect((2, 22)); return s\nattempt('vsock', vsock)\n"
        )
        + _END,
        expect="accepted",
        stdout="tried\n",
        rows=(35,),
        covers=("network: vsock",),
    ),
    Attack(
        name="names",
        source=_HEAD
        + "socket.setdefaulttimeout(0.3)\nfor name in ('example.com', 'localhost.localdomain', 'metadata.google.internal', 'host.docker.internal'): attempt(name, lambda: socket.getaddrinfo(name, 80))\n"
        + _END,
        expect="accepted wall_limit",
        why="a look-up may wait for an answer that never comes",
        rows=(35,),
        limits={"wall_ms": 1500},
    ),
    Attack(
        name="makes itself an interface",
        source=_HEAD
        + (
            "import fcntl\nattempt('tun', lambda: os.open('/dev/net/tun', os.O_RDWR))\ns = socket.socket()\n"
            "request = struct.pack('16sh22x', b'lo', 0x1142)\n"
            "attempt('flags', lambda: fcntl.ioctl(s, 0x8914, request))\n"
            "attempt('address', lambda: fcntl.ioctl(s, 0x8916, struct.pack('16sHH4s16x', b'eth0', 2, 0, bytes([10, 0, 0, 9]))))\n"
            "attempt('route', lambda: fcntl.ioctl(s, 0x890b, b'\\0' * 120))\n"
            "attempt('bridge', lambda: fcntl.ioctl(s, 0x89a0, b'hostile\\0'))\n"
        )
        + _END,
        expect="accepted",
        stdout="tried\n",
        rows=(35,),
    ),
    Attack(
        name="talks to itself",
        source=(
            "import os, socket\ntry:\n    a = socket.socket(); a.bind(('127.0.0.1', 0)); a.listen()\n"
            "    if os.fork() == 0:\n        b = socket.create_connection(a.getsockname(), 1); b.sendall(b'own'); os._exit(0)\n"
            "    a.settimeout(1); print(a.accept()[0].recv(10) == b'own')\nexcept OSError: print('refused')"
        ),
        expect="accepted",
        why="a program may talk to itself or not; either harms nobody",
        rows=(36,),
    ),
    Attack(
        name="from the shell",
        language="bash",
        source="for a in 127.0.0.1/@PORT4@ 1.1.1.1/53 169.254.169.254/80 localhost/@PORT4@; do (exec 3<>/dev/tcp/$a && echo ESCAPED $a) 2>/dev/null; done\nfor t in curl wget nc ncat ssh; do timeout 1 $t 127.0.0.1:@PORT4@ 2>/dev/null && echo ESCAPED $t; done\necho tried\n",
        expect="accepted",
        stdout="tried\n",
        rows=(34,),
        covers=("network: inet",),
        limits={"wall_ms": 8000},
    ),
    Attack(
        name="from node",
        language="javascript",
        source=(
            "const net = require('net'), dgram = require('dgram');\nlet n = 0;\nfor (const o of [{port: @PORT4@, host: '127.0.0.1'}, {port: @PORT6@, host: '::1'}, {path: '@FOLDER@/listener.sock'}, {path: '\\0@ABSTRACT@'}, {port: 80, host: '169.254.169.254'}]) {\n"
            "  const s = net.connect(o, () => { console.log('ESCAPED', o); process.exit(); });\n  s.on('error', () => { if (++n === 5) { console.log('tried'); process.exit(0); } });\n  s.setTimeout(500, () => s.destroy(new Error('slow')));\n}\n"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(34,),
        covers=("network: inet", "network: unix"),
        limits={**ROOMY, "memory_mb": 256},
    ),
    Attack(
        name="from Java",
        language="java",
        source=(
            'import java.net.*;\npublic class Main { public static void main(String[] a) { for (String h : new String[] {"127.0.0.1", "::1", "169.254.169.254"}) try {'
            ' Socket s = new Socket(); s.connect(new InetSocketAddress(h, @PORT4@), 300); System.out.println("ESCAPED " + h); } catch (Exception e) { } System.out.println("tried"); } }\n'
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(34,),
        covers=("network: inet",),
        limits=ROOMY,
    ),
]
