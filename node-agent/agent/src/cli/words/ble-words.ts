/** `muster ble`: the words for Bluetooth. */
import type { Command } from 'commander';
import type { Act } from '../cli-extension.ts';
import { group, here, whole } from './options.ts';

export function addBleWords(program: Command, act: Act): void {
  const ble = group(program, 'ble', 'Bluetooth: how it is, its links, who is near');
  here(ble.command('status'))
    .description('show how Bluetooth is, and what to do where it is not well')
    .action((options) =>
      act(options, async (context) => (await import('../ble/status.ts')).status(context)),
    );
  here(ble.command('links'))
    .description('list the links of the running node over Bluetooth')
    .action((options) =>
      act(options, async (context) => (await import('../ble/links.ts')).links(context)),
    );
  here(ble.command('scan'))
    .description('listen for boxes of the site, and for boxes that wait to be claimed')
    .option('--seconds <count>', 'for how long', whole(1, 300), 10)
    .action((options) =>
      act(options, async (context) => (await import('../ble/scan.ts')).scan(context, options)),
    );
}
