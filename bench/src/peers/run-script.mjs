// Sends SQL files to a database, one simple query each: `node run-script.mjs <url> <file>…`
import { readFileSync } from 'node:fs';
import pg from 'pg';

const [url, ...files] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
await client.connect();
for (const file of files) await client.query(readFileSync(file, 'utf8'));
await client.end();
