#!/bin/busybox sh
# First process of the machine, in its initrd: makes the root out of the file system of the machine
# that runs the rig (read-only, a memory disk over it) and goes on there.
B=/bin/busybox
$B mount -t devtmpfs dev /dev
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
while read -r module; do $B insmod "/modules/$module"; done < /modules/order

by9p=trans=virtio,version=9p2000.L,msize=512000
$B mkdir /lower /upper /system
$B mount -t 9p -o "ro,cache=loose,$by9p" root /lower
$B mount -t tmpfs upper /upper
$B mkdir /upper/files /upper/work
$B mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work root /system
for folder in dev proc sys; do $B mount --move "/$folder" "/system/$folder"; done
$B mount -t tmpfs run /system/run
$B mkdir /system/run/rig
$B mount -t 9p -o "cache=none,$by9p" results /system/run/rig
# Many small files are read: look ahead.
for device in /system/sys/class/bdi/9p-*; do echo 1024 > "$device/read_ahead_kb"; done
exec $B switch_root /system /bin/sh /run/rig/start
