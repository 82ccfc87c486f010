import { lookup as lookUp, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, fetch, Headers, type RequestInit, type Response } from 'undici';

const KIBIBYTE = 1024;
const MOST_BYTES = 512 * KIBIBYTE;

/** Addresses that stand for nobody on the internet (IANA special-purpose address registries). */
const SPECIAL = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['192.88.99.0/24', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // All but 2000::/3, and what of that is special or wraps an IPv4 address.
  ...['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
];

/** Which providers may be called, and how long they may take. */
export interface ProviderOptions {
  /** Networks that may be called although they are not on the internet: `10.1.0.0/16`. */
  readonly networks: readonly string[];
  /** Certificate authorities that are trusted besides the system's, PEM. */
  readonly authorities: readonly string[];
  readonly timeoutMs: number;
}

/** A fetch that calls nobody behind the firewall. */
export interface GuardedFetch {
  fetch(url: string, init: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Makes a fetch for addresses that strangers chose: it connects to the internet and to the networks
 * that are named, whatever a name resolves to at that moment; follows no redirect; and reads half a
 * mebibyte at most, which nothing unpacks to more (OWASP, server-side request forgery).
 */
export function createGuardedFetch(options: ProviderOptions): GuardedFetch {
  const special = blockListOf(SPECIAL);
  const named = blockListOf(options.networks);
  const mayCall = (address: string) => {
    const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    return named.check(plain, family) || !special.check(plain, family);
  };
  const { authorities, timeoutMs } = options;
  const agent = new Agent({
    connect: {
      lookup: guardedLookup(mayCall),
      timeout: timeoutMs,
      ...(authorities.length > 0 && { ca: [...authorities] }),
    },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MOST_BYTES,
  });
  return {
    async fetch(url, init) {
      const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
      if (isIP(host) !== 0 && !mayCall(host)) throw refusal();
      const headers = new Headers(init.headers);
      headers.set('accept-encoding', 'identity');
      const answer = await fetch(url, { ...init, headers, redirect: 'manual', dispatcher: agent });
      if ((answer.headers.get('content-encoding') ?? 'identity') === 'identity') return answer;
      await answer.body?.cancel();
      throw new TypeError('The answer is packed, and nobody asked for that.');
    },
    close: () => agent.close(),
  };
}

/** Resolves a name, and answers nothing where any of its addresses is out of bounds. */
function guardedLookup(mayCall: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? refusal(), []);
      } else if (!found.every(({ address }) => mayCall(address))) {
        callback(refusal(), []);
      } else if (options.all === true) {
        callback(null, found);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

/** As `fetch` fails where nobody is there. */
function refusal(): TypeError {
  return new TypeError('The address is not on the internet.');
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}
