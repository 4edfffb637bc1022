import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';

/** What failed in a file's output: each assertion with the tests that it is in, and what is told about it. */
export function failuresIn(output: string): string[] {
  const failures: string[] = [];
  const path: string[] = [];
  const lines = output.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const depth = line.search(/\S/) / 4;
    const subtest = /^ *# Subtest: (.*)$/.exec(line)?.[1];
    if (subtest !== undefined) {
      path.splice(depth - 1);
      path.push(subtest);
      continue;
    }
    const failed = /^ *not ok \d+ - (.*?)(?: # time=\S+)?$/.exec(line)?.[1];
    // Of a test that failed only because something in it did, that has been told.
    if (failed === undefined || /# (TODO|SKIP)/i.test(line)) continue;
    const details = detailsAt(lines, i + 1);
    if (path.length > depth && path[depth] === failed && !/timeout|error:/.test(details)) continue;
    failures.push([`${[...path.slice(0, depth), failed].join(' › ')}`, details].filter(Boolean).join('\n'));
  }
  return failures.map(inSources);
}

/** The YAML block that follows a failed assertion, if there is one. */
function detailsAt(lines: string[], start: number): string {
  if (lines[start]?.trim() !== '---') return '';
  const end = lines.findIndex((line, i) => i > start && line.trim() === '...');
  const indent = (lines[start] ?? '').search(/\S/);
  return lines
    .slice(start + 1, end < 0 ? undefined : end)
    .map((line) => `    ${line.slice(indent)}`)
    .join('\n');
}

const maps = new Map<string, SourceMap | null>();

/** Places in compiled files become those in their sources. */
const inSources = (text: string): string =>
  text.replaceAll(
    /\bbuild\/([\w./-]+)\.js:(\d+)(?::(\d+))?/g,
    (place, file: string, line: string, column?: string) => {
      const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column ?? 1) - 1);
      if (entry === undefined || !('originalLine' in entry)) return place;
      return `${file}.ts:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );

function mapOf(file: string): SourceMap | null {
  const known = maps.get(file);
  if (known !== undefined) return known;
  const path = join('build', `${file}.js.map`);
  const map = existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : null;
  maps.set(file, map);
  return map;
}
