import { connect } from 'node:net';
import type { FuzzRequest } from './generate.ts';
import { REQUEST_CANARY } from './hostile.ts';
import type { Answer } from './judge.ts';
import type { Random } from './random.ts';

/** Bytes to send, in the slices they are written in. */
export interface WireRequest {
  /** What was done to it; `plain` is HTTP as it should be. */
  readonly trick: string;
  readonly slices: readonly Buffer[];
}

/** What a socket heard until it was closed. */
export interface WireAnswer {
  readonly answers: readonly Answer[];
  readonly isHanging: boolean;
}

/** How long a socket may stay open without a word; a server that goes beyond hangs. */
const PATIENCE = 30_000;
/** After so long without a word the sending side ends: what is unfinished waits for nothing more. */
const PAUSE = 250;

interface Draft {
  method: string;
  target: string;
  version: string;
  headers: [string, string][];
  body: Buffer;
}

type Trick = (draft: Draft, random: Random) => Buffer[] | undefined;

/** Turns a request into bytes, most of them no longer quite HTTP. */
export function writeWire(
  { operation, url, headers, payload }: FuzzRequest,
  token: string | undefined,
  random: Random,
): WireRequest {
  const body = Buffer.from(payload ?? '');
  const draft: Draft = {
    method: operation.method,
    target: url,
    version: 'HTTP/1.1',
    headers: [
      ['Host', '127.0.0.1'],
      ['Connection', 'close'],
      ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as [string, string]]),
      ...Object.entries(headers),
      ...(payload === undefined
        ? []
        : [['Content-Length', String(body.length)] as [string, string]]),
    ],
    body,
  };
  if (random.chance(0.25)) return { trick: 'plain', slices: [bytesOf(draft)] };
  const [trick, play] = random.pick(Object.entries(TRICKS));
  return { trick, slices: play(draft, random) ?? [bytesOf(draft)] };
}

function bytesOf({ method, target, version, headers, body }: Draft): Buffer {
  const head = [`${method} ${target} ${version}`, ...headers.map(([k, v]) => `${k}: ${v}`), '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), body]);
}

const isLength = ([name]: [string, string]) => name === 'Content-Length';

/** As chunks: what `write` makes of the body. */
function chunked(draft: Draft, write: (body: Buffer) => Buffer | string): Buffer[] {
  draft.headers = draft.headers.filter((header) => !isLength(header));
  draft.headers.push(['Transfer-Encoding', 'chunked']);
  const body = draft.body.length === 0 ? Buffer.from('{}') : draft.body;
  draft.body = Buffer.from(write(body));
  return [bytesOf(draft)];
}

const chunk = (body: Buffer, size = body.length.toString(16)) =>
  Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from('\r\n')]);

const TRICKS: Readonly<Record<string, Trick>> = {
  'a header twice': (draft, { pick }) => {
    const [name, value] = pick(draft.headers);
    draft.headers.push([name, pick([value, '', 'x', '1', 'Bearer hvs_x'])]);
  },
  'no host': (draft) => {
    draft.headers.shift();
  },
  'headers that claim to be somebody': (draft, { pick }) => {
    for (const name of ['X-User-Id', 'X-Forwarded-User', 'X-Remote-User', 'X-Organization-Id']) {
      draft.headers.push([name, '018f0000-0000-7000-8000-00000000000a']);
    }
    draft.headers.push(['X-Forwarded-For', pick(['127.0.0.1', `${REQUEST_CANARY}, 1`, '::1'])]);
    draft.headers.push(['X-HTTP-Method-Override', 'DELETE'], ['X-Original-URL', '/v1/roles']);
    draft.headers.push(['Cookie', 'session=hvs_x; token=hvs_y']);
  },
  'an odd token': (draft, { pick }) => {
    draft.headers = draft.headers.filter(([name]) => name !== 'Authorization');
    const odd = [
      'Bearer',
      'Basic YTpi',
      'Bearer  a',
      'Bearer eyJhbGciOiJub25lIn0.e30.',
      'Bearer \xff',
    ];
    draft.headers.push(['Authorization', pick([...odd, `Bearer ${'x'.repeat(6000)}`])]);
  },
  chunks: (draft) => chunked(draft, (body) => Buffer.concat([chunk(body), chunk(Buffer.of())])),
  'chunks of a wrong size': (draft, { pick }) =>
    chunked(draft, (body) =>
      chunk(body, pick(['zz', '-1', '', 'ffffffffffffffff', '0x10', '1', ' 5'])),
    ),
  'chunks without an end': (draft) => chunked(draft, (body) => chunk(body)),
  'chunks with extensions and trailers': (draft) =>
    chunked(draft, (body) =>
      Buffer.concat([
        chunk(body, `${body.length.toString(16)};${'x'.repeat(3000)}=1`),
        Buffer.from(`0\r\nAuthorization: Bearer ${REQUEST_CANARY}\r\nX: y\r\n\r\n`),
      ]),
    ),
  'a length and chunks': (draft) => {
    draft.headers.push(['Transfer-Encoding', 'chunked'], ['Content-Length', '4']);
  },
  'another coding': (draft, { pick }) => {
    draft.headers.push([
      'Transfer-Encoding',
      pick(['gzip, chunked', 'identity', 'xchunked', '\tchunked']),
    ]);
    draft.headers.push(['Content-Encoding', 'gzip']);
  },
  'a wrong length': (draft, { pick }) => {
    const given = pick(['0', '1', '-1', '+5', '9'.repeat(30), '1e3', '0x10', '300000', '5, 5']);
    draft.headers = [
      ...draft.headers.filter((header) => !isLength(header)),
      ['Content-Length', given],
    ];
  },
  'no UTF-8 in the path': (draft, { pick }) => {
    draft.target += pick(['\xff\xfe', '%ff%fe', '%c0%ae', '%ed%a0%80', '/%', '%zz', '\xc3']);
  },
  'no UTF-8 in the body': (draft) => {
    draft.body = Buffer.concat([draft.body, Buffer.from([0xc3, 0x28, 0xff])]);
    for (const header of draft.headers.filter(isLength)) header[1] = String(draft.body.length);
  },
  'a NUL': (draft, { pick }) => {
    if (pick([true, false])) draft.target += pick(['\0', '%00', '?q=%00', '?fields=a%00b']);
    else draft.headers.push(['X-Nul', 'a\0b']);
  },
  'an absolute target': (draft, { pick }) => {
    draft.target =
      pick(['http://evil.example', 'https://127.0.0.1:1', 'file://', '//evil']) + draft.target;
  },
  'another path': (draft, { pick }) => {
    const { target } = draft;
    const [path = '', query = ''] = target.split('?');
    draft.target = pick([
      `//${target}`,
      `/v1/../${target}`,
      `/%2e%2e${target}`,
      target.toUpperCase(),
      `${path}/?${query}`,
      `${path};a=b?${query}`,
      target.replaceAll('/', '%2f'),
      target.replaceAll('/', '\\'),
      path.replace('/v1/', '/V1/'),
      path.replace('/v1', '/v1/.'),
      `${target}#fragment`,
      '*',
      '',
      ' ',
      `/${REQUEST_CANARY}`,
      `${target}${'/a'.repeat(5000)}`,
    ]);
  },
  'a huge header': (draft, { pick }) => {
    draft.headers.push(['X-Big', 'x'.repeat(pick([8000, 15_000, 17_000, 200_000]))]);
  },
  'very many headers': (draft, { pick }) => {
    for (let n = pick([150, 1900, 2500]); n > 0; n -= 1) draft.headers.push([`X-${n}`, 'y']);
  },
  'broken headers': (draft, { pick }) => {
    draft.headers.push(
      pick<[string, string]>([
        ['X-A', 'a\nb: c'],
        ['X-A', 'a\r b'],
        ['X A', 'b'],
        ['', 'b'],
        [' Host', 'b'],
        ['X-A\0', 'b'],
        ['Content-Type ', 'text/plain'],
        ['Expect', '100-continue'],
        ['Expect', 'wonders'],
        ['Upgrade', 'websocket'],
        ['Connection', 'Authorization, close'],
      ]),
    );
  },
  'another method': (draft, { pick }) => {
    draft.method = pick([
      'BREW',
      'get',
      'HEAD',
      'OPTIONS',
      'TRACE',
      'CONNECT',
      'PUT',
      'PROPFIND',
      '',
      'G\0T',
    ]);
  },
  'another version': (draft, { pick }) => {
    draft.version = pick([
      'HTTP/1.0',
      'HTTP/0.9',
      'HTTP/2.0',
      'HTTP/1.2',
      'HTTP/9.9',
      'http/1.1',
      '',
    ]);
  },
  'several at once': (draft, { pick }) => {
    const one = bytesOf({
      ...draft,
      headers: draft.headers.filter(([name]) => name !== 'Connection'),
    });
    return [
      Buffer.concat([...Array.from({ length: pick([2, 5, 20]) }, () => one), bytesOf(draft)]),
    ];
  },
  'a body in slices': (draft) => {
    const all = bytesOf(draft);
    const size = Math.ceil(all.length / 7);
    return Array.from({ length: 7 }, (_, n) => all.subarray(n * size, (n + 1) * size));
  },
  'cut off': (draft, { next }) => {
    const all = bytesOf(draft);
    return [all.subarray(0, Math.floor(all.length * next()))];
  },
  'bits turned': (draft, { next }) => {
    const all = bytesOf(draft);
    for (let n = 0; n < 5; n += 1) {
      const place = Math.floor(next() * all.length);
      all[place] = (all[place] ?? 0) ^ (1 << Math.floor(next() * 8));
    }
    return [all];
  },
  noise: (_draft, { next }) => [
    Buffer.from(Array.from({ length: 300 }, () => Math.floor(next() * 256))),
  ],
  'the beginning of HTTP/2': () => [Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  'the beginning of TLS': () => [Buffer.from([0x16, 3, 1, 2, 0, 1, 0])],
};

/** Sends slices one after another, and hears what comes until the other end closes. */
export function sendWire(port: number, { trick, slices }: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve) => {
    const heard: Buffer[] = [];
    let isHanging = false;
    let isEnded = trick === 'plain';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const writeFrom = (n: number) => {
      const slice = slices[n];
      if (slice !== undefined && socket.writable)
        socket.write(slice, () => setImmediate(writeFrom, n + 1));
    };
    socket.setTimeout(isEnded ? PATIENCE : PAUSE, () => {
      if (isEnded) {
        isHanging = true;
        socket.destroy();
      } else {
        isEnded = true;
        socket.setTimeout(PATIENCE).end();
      }
    });
    socket
      .once('connect', () => {
        writeFrom(0);
      })
      .on('data', (data) => heard.push(data))
      // A server that refuses may close before all is sent.
      .on('error', () => socket.destroy())
      .once('close', () => {
        resolve({ answers: readAnswers(Buffer.concat(heard)), isHanging });
      });
  });
}

/** Parts what was heard into answers (RFC 9112). */
function readAnswers(heard: Buffer): Answer[] {
  const answers: Answer[] = [];
  for (let rest = heard; rest.length > 0;) {
    const end = rest.indexOf('\r\n\r\n');
    const [line = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] ?? 599);
    const headers = new Map(
      lines.map((header) => [
        header.slice(0, header.indexOf(':')).toLowerCase(),
        header.slice(header.indexOf(':') + 1).trim(),
      ]),
    );
    rest = rest.subarray(end + 4);
    if (status < 200) continue;
    const isChunked = headers.get('transfer-encoding') === 'chunked';
    const length = Number(headers.get('content-length') ?? rest.length);
    const body = isChunked ? dechunked(rest) : rest.subarray(0, length);
    answers.push({
      status,
      type: headers.get('content-type') ?? '',
      body: body.toString('utf8'),
    });
    // A chunked answer, and one to HEAD, which has a length and no body, are the last of their socket.
    rest = isChunked ? Buffer.of() : rest.subarray(length);
  }
  return answers;
}

function dechunked(chunks: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < chunks.length;) {
    const line = chunks.indexOf('\r\n', at);
    const size = Number.parseInt(chunks.subarray(at, line).toString('latin1'), 16);
    if (!(size > 0)) break;
    parts.push(chunks.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
