/**
 * Takes an item out of a list of requests that come and go, if it is in there. Such a list is no `Set`: the tables of a
 * `Set` point to those that replaced them, so that one which V8 has come to regard as old would keep alive all requests
 * that came after it, until the next full collection.
 */
export function removeFrom<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
