// Tables are asked with names that a bot made up; what every object inherits is no entry of a table.

/** What *table* itself has under *name*; undefined without one. */
export function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
