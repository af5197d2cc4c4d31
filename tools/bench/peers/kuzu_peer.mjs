// Kuzu (npm package kuzu) on the graph and the first PAIRS pairs in DIRECTORY; writes kuzu.csv and kuzu_first.csv there.
//
// Usage: node kuzu_peer.mjs DIRECTORY PAIRS [TIMEOUT_MS]        with `kuzu` installed where node looks for it
//
// Kuzu has no query for the k cheapest paths. kuzu.csv: what its language can say, all acyclic paths of at most 12 hops,
// sorted and cut at ten; a pair that takes longer than the timeout is written as that long, without costs. ACYCLIC alone
// lets a path run through its own ends, hence is_acyclic as well. kuzu_first.csv: its weighted shortest path, k = 1.

import { createRequire } from 'node:module';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, pairs, timeout = '60000'] = process.argv.slice(2);
let kuzu;
try {
  kuzu = createRequire(join(process.cwd(), 'from-here'))('kuzu');
} catch {
  console.log('kuzu: not here; run `npm install kuzu` in this directory');
  process.exit(1);
}

const database = new kuzu.Database('', 4 * 1024 ** 3);  // in memory, with room to work
const connection = new kuzu.Connection(database);
await connection.query('CREATE NODE TABLE Place(id INT64 PRIMARY KEY)');
await connection.query('CREATE REL TABLE Hop(FROM Place TO Place, cost INT64)');
await connection.query(`COPY Place FROM '${folder}/nodes.csv' (HEADER=true)`);
await connection.query(`COPY Hop FROM '${folder}/arcs.csv' (HEADER=true)`);
connection.setQueryTimeout(Number(timeout));

const between = (from, to, hops) =>
  `MATCH p = (a:Place {id: ${from}})-[e:Hop* ${hops}]->(b:Place {id: ${to}})`;
const queries = {
  kuzu: (from, to) =>
    `${between(from, to, 'ACYCLIC 1..12')} WHERE is_acyclic(p)
     RETURN list_sum(list_transform(rels(p), hop -> hop.cost)) AS total ORDER BY total LIMIT 10`,
  kuzu_first: (from, to) => `${between(from, to, 'WSHORTEST(cost)')} RETURN cost(e) AS total`,
};

const questions = readFileSync(join(folder, 'pairs.csv'), 'utf8').trim().split('\n').slice(1, 1 + Number(pairs));
for (const [name, query] of Object.entries(queries)) {
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, 'from,to,milliseconds,costs\n');
  for (const question of questions) {
    const start = performance.now();
    let costs = [];
    try {
      const result = await connection.query(query(...question.split(',')));
      costs = (await result.getAll()).map((row) => Math.round(Number(row.total)));
    } catch (error) {
      if (!/interrupt|time/i.test(error.message)) throw error;
    }
    appendFileSync(file, `${question},${(performance.now() - start).toFixed(3)},${costs.join(' ')}\n`);
  }
}
console.log(`kuzu ${kuzu.VERSION}: ${questions.length} pairs`);
process.exit(0);  // an interrupted query may hold a thread
