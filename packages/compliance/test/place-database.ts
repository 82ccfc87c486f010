/** A network and where it is. */
interface Network {
  /** The first octets: `[203, 0, 113]`. */
  readonly prefix: readonly number[];
  readonly latitude: number;
  readonly longitude: number;
}

type Value =
  | string
  | { readonly double: number }
  | { readonly uint: number; readonly bytes: 2 | 4 | 8 }
  | Value[]
  | { readonly map: Readonly<Record<string, Value>> };

/**
 * Writes a database of IPv4 networks and their places, as the MaxMind DB format 2.0 has it: a search
 * tree of 24-bit records, a data section, and metadata behind a marker.
 */
export function writePlaceDatabase(networks: readonly Network[]): Buffer {
  const nodes: [Child, Child][] = [[null, null]];
  for (const [n, { prefix }] of networks.entries()) {
    let at = 0;
    const bits = prefix.flatMap((octet) =>
      [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (octet >> bit) & 1),
    );
    for (const [depth, bit] of bits.entries()) {
      const node = nodes[at] as [Child, Child];
      const side = bit as 0 | 1;
      if (depth === bits.length - 1) node[side] = { data: n };
      else {
        const next = node[side];
        if (typeof next === 'number') at = next;
        else at = node[side] = nodes.push([null, null]) - 1;
      }
    }
  }
  const data = networks.map(({ latitude, longitude }) =>
    encode({
      map: {
        location: { map: { latitude: { double: latitude }, longitude: { double: longitude } } },
      },
    }),
  );
  const offsets = data.map((_, n) => data.slice(0, n).reduce((sum, { length }) => sum + length, 0));
  const tree = Buffer.alloc(nodes.length * 6);
  const record = (child: Child) => {
    if (child === null) return nodes.length;
    return typeof child === 'number' ? child : nodes.length + 16 + (offsets[child.data] ?? 0);
  };
  for (const [n, [left, right]] of nodes.entries()) {
    tree.writeUIntBE(record(left), n * 6, 3);
    tree.writeUIntBE(record(right), n * 6 + 3, 3);
  }
  const metadata = encode({
    map: {
      node_count: { uint: nodes.length, bytes: 4 },
      record_size: { uint: 24, bytes: 2 },
      ip_version: { uint: 4, bytes: 2 },
      database_type: 'Test-City',
      languages: ['en'],
      binary_format_major_version: { uint: 2, bytes: 2 },
      binary_format_minor_version: { uint: 0, bytes: 2 },
      build_epoch: { uint: 1_700_000_000, bytes: 8 },
      description: { map: { en: 'places of tests' } },
    },
  });
  const marker = Buffer.concat([Buffer.from('abcdef', 'hex'), Buffer.from('MaxMind.com')]);
  return Buffer.concat([tree, Buffer.alloc(16), ...data, marker, metadata]);
}

/** A node, a place, or nothing. */
type Child = number | { readonly data: number } | null;

const UINT_TYPES = { 2: 5, 4: 6, 8: 9 } as const;

function encode(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  if ('map' in value) {
    const entries = Object.entries(value.map);
    const parts = entries.flatMap(([name, part]) => [encode(name), encode(part)]);
    return Buffer.concat([control(7, entries.length), ...parts]);
  }
  if ('double' in value) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value.double);
    return Buffer.concat([control(3, 8), bytes]);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value.uint));
  const least = bytes.subarray(8 - value.bytes);
  return Buffer.concat([control(UINT_TYPES[value.bytes], value.bytes), least]);
}

/** The byte before a value that tells its type and size; types above 7 take another one. */
function control(type: number, size: number): Buffer {
  return type < 8 ? Buffer.from([(type << 5) | size]) : Buffer.from([size, type - 7]);
}
