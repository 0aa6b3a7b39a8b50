/**
 * Who is in reach of whom, and when, in a simulated world; and whom healing joins. No step of a
 * message's way.
 */
export {
  type Contact,
  drawContacts,
  isByRadio,
  type TopologyName,
  topologyNames,
} from './contacts.ts';
export { diameter, type Edge } from './graph.ts';
export { healEdges } from './heal-edges.ts';
