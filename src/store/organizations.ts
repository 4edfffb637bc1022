import { sql } from 'kysely';
import type { BudgetName } from '../domain/budgets.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../domain/ids.ts';
import { idCursor, type Page, type PageRequest, toPage } from './cursor.ts';
import type { Database } from './database.ts';
import { uniqueViolation } from './faults.ts';
import { knownBudgets, type OwnBudgets } from './own-limits.ts';

// These run as the owner, not as a tenant: they are for who may see all organizations.

export interface StoredOrganization {
  id: string;
  name: string;
  slug: string;
  /** The limits that it has instead of those of the settings. */
  budgets: OwnBudgets;
  createdAt: Date;
}

interface Row {
  id: string;
  name: string;
  slug: string;
  budgets: Record<string, unknown>;
  created_at: Date;
}

const COLUMNS = ['id', 'name', 'slug', 'budgets', 'created_at'] as const;

const cursors = idCursor('organizations');

export type InsertResult =
  | { status: 'created'; organization: StoredOrganization }
  | { status: 'slug_taken'; slug: string };

/** `slug`: left out, it is made from the name. */
export async function insertOrganization(
  db: Database,
  { name, slug }: { name: string; slug?: string | undefined },
): Promise<InsertResult> {
  const id = newId();
  const values = { id, name, slug: slug ?? defaultSlug(name, id) };
  try {
    const row = await db
      .insertInto('organizations')
      .values(values)
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    return { status: 'created', organization: toOrganization(row) };
  } catch (error) {
    if (uniqueViolation(error) !== 'organizations_slug_key') throw error;
    return { status: 'slug_taken', slug: values.slug };
  }
}

/** The end of the id makes it unique: two organizations may well share a name. */
function defaultSlug(name: string, id: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['organization'];
  return `${words.join('-').slice(0, 40).replace(/-$/, '')}-${id.slice(-8)}`;
}

export async function findOrganization(db: Database, id: string): Promise<StoredOrganization | null> {
  const row = await db.selectFrom('organizations').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toOrganization(row);
}

export async function organizationExists(db: Database, id: string): Promise<boolean> {
  return id === DEFAULT_ORGANIZATION_ID || (await findOrganization(db, id)) !== null;
}

/** Newest first. */
export async function listOrganizations(
  db: Database,
  { limit, cursor }: PageRequest,
): Promise<Page<StoredOrganization>> {
  const [after] = cursor === undefined ? [] : cursors.decode(cursor);
  const { rows } = await sql<Row>`
    SELECT id, name, slug, budgets, created_at FROM organizations
    WHERE ${after === undefined ? sql`true` : sql`id < ${after}::uuid`}
    ORDER BY id DESC LIMIT ${limit + 1}`.execute(db);
  return toPage(rows, limit, { item: toOrganization, cursor: (row) => cursors.encode(row.id) });
}

/** `budgets`: limits by the name of the budget; null: that of the settings again. Those left out stay. */
export interface OrganizationUpdate {
  name?: string | undefined;
  budgets?: Partial<Record<BudgetName, number | null>> | undefined;
}

/** null: there is none. */
export async function changeOrganization(
  db: Database,
  id: string,
  { name, budgets = {} }: OrganizationUpdate,
): Promise<StoredOrganization | null> {
  const { rows } = await sql<Row>`
    UPDATE organizations
    SET name = coalesce(${name ?? null}, name),
      budgets = jsonb_strip_nulls(budgets || ${JSON.stringify(budgets)}::jsonb)
    WHERE id = ${id}
    RETURNING id, name, slug, budgets, created_at`.execute(db);
  const [row] = rows;
  return row === undefined ? null : toOrganization(row);
}

const toOrganization = ({ id, name, slug, budgets, created_at }: Row): StoredOrganization => ({
  id,
  name,
  slug,
  budgets: knownBudgets(budgets),
  createdAt: created_at,
});
