export interface CatalogueEntry {
  status: number;
  title: string;
  /** What happened and what to do about it, when whoever raises it has nothing more precise to say. */
  detail: string;
}

/** Problems under their stable codes. */
export type Catalogue = Record<string, CatalogueEntry>;
