/** The status of nodes on MQTT, with Home Assistant's discovery beside it. */
export type { GatewayCounts } from './node-status.ts';
export { StatusBoard, type StatusBoardOptions } from './status-board.ts';
