#!/bin/sh
# First process of the machine on its root: what a system has when bluetoothd starts. Then runs the
# command of its arguments; what that prints goes out by the second serial line. Then powers off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mkdir -p /run/dbus /dev/shm /run/muster
mount -t tmpfs memory /dev/shm
mount -t tmpfs bluetooth /var/lib/bluetooth
mount -t debugfs debug /sys/kernel/debug
ip link set dev lo up
[ -s /etc/machine-id ] || dbus-uuidgen > /etc/machine-id
dbus-daemon --system --nopidfile --fork
stty -F /dev/ttyS1 raw -echo
"$@" > /dev/ttyS1 2> /run/rig/conductor.log
sync
echo o > /proc/sysrq-trigger
while :; do :; done
