package dev.freehold.agent.sandbox;

import java.util.List;

/// Which system calls a command may not make, since neither namespaces nor Landlock keep them from
/// the machine.
final class CallFilter {
  private static final int EPERM = LinuxCalls.EPERM;
  private static final int ENOSYS = LinuxCalls.ENOSYS;
  private static final int EACCES = 13;
  private static final int EAFNOSUPPORT = 97;

  private static final int CLONE_3 = 435;
  private static final int NEW_NAMESPACES = 0x7e020000;
  private static final int NEW_TIME_NAMESPACE = 0x80;
  private static final int X32_CALLS = 0x40000000;
  private static final List<Integer> TERMINAL_INPUT = List.of(0x5412, 0x541c);

  private static final int UNIX = 1;
  private static final int INTERNET_4 = 2;
  private static final int INTERNET_6 = 10;
  private static final int NETLINK = 16;

  /// No number of a call.
  private static final int NONE = -1;

  /// A call under the numbers of both processors.
  private record Call(int x86, int arm) {
    int on(CallNumbers numbers) {
      return numbers == CallNumbers.X86_64 ? x86 : arm;
    }
  }

  private static final Call CLONE = new Call(56, 220);
  private static final Call UNSHARE = new Call(272, 97);
  private static final Call SOCKET = new Call(41, 198);
  private static final Call IOCTL = new Call(16, 29);
  private static final Call SET_GROUP = new Call(109, 154);
  private static final Call UTIMENSAT = new Call(280, 88);

  /// Into other processes: ptrace, process_vm_readv, process_vm_writev, kcmp, pidfd_getfd,
  /// perf_event_open. Mounts and namespaces: mount, umount2, pivot_root, chroot, setns, open_tree,
  /// move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr, open_tree_attr. Around the
  /// kernel's checks: bpf, userfaultfd, io_uring_*, open_by_handle_at, name_to_handle_at,
  /// fanotify_init, lookup_dcookie. Keys: keyctl, add_key, request_key. The machine: kexec_*,
  /// *_module, quotactl*, swapon, swapoff, reboot, acct, syslog, vhangup, iopl, ioperm, modify_ldt.
  private static final List<Call> NEVER =
      List.of(
          new Call(101, 117),
          new Call(310, 270),
          new Call(311, 271),
          new Call(312, 272),
          new Call(438, 438),
          new Call(298, 241),
          new Call(165, 40),
          new Call(166, 39),
          new Call(155, 41),
          new Call(161, 51),
          new Call(308, 268),
          new Call(428, 428),
          new Call(429, 429),
          new Call(430, 430),
          new Call(431, 431),
          new Call(432, 432),
          new Call(433, 433),
          new Call(442, 442),
          new Call(467, 467),
          new Call(321, 280),
          new Call(323, 282),
          new Call(425, 425),
          new Call(426, 426),
          new Call(427, 427),
          new Call(304, 265),
          new Call(303, 264),
          new Call(300, 262),
          new Call(212, 18),
          new Call(250, 219),
          new Call(248, 217),
          new Call(249, 218),
          new Call(246, 104),
          new Call(320, 294),
          new Call(175, 105),
          new Call(313, 273),
          new Call(176, 106),
          new Call(179, 60),
          new Call(443, 443),
          new Call(167, 224),
          new Call(168, 225),
          new Call(169, 142),
          new Call(163, 89),
          new Call(103, 116),
          new Call(153, 58),
          new Call(172, NONE),
          new Call(173, NONE),
          new Call(154, NONE));

  /// What Landlock does not look at: attributes of files by path (chmod, fchmodat, fchmodat2,
  /// chown, lchown, fchownat, setxattr, lsetxattr, setxattrat, removexattr, lremovexattr,
  /// removexattrat, utime, utimes, futimesat, file_setattr), memory and queues shared by number or
  /// name (shm*, sem*, msg*, mq_open), and leaving the group of processes that is ended together by
  /// a new session (setsid).
  private static final List<Call> NEVER_WITHOUT_NAMESPACES =
      List.of(
          new Call(90, NONE),
          new Call(268, 53),
          new Call(452, 452),
          new Call(92, NONE),
          new Call(94, NONE),
          new Call(260, 54),
          new Call(188, 5),
          new Call(189, 6),
          new Call(463, 463),
          new Call(197, 14),
          new Call(198, 15),
          new Call(466, 466),
          new Call(132, NONE),
          new Call(235, NONE),
          new Call(261, NONE),
          new Call(469, 469),
          new Call(29, 194),
          new Call(30, 196),
          new Call(31, 195),
          new Call(64, 190),
          new Call(65, 193),
          new Call(66, 191),
          new Call(220, 192),
          new Call(68, 186),
          new Call(69, 189),
          new Call(70, 188),
          new Call(71, 187),
          new Call(240, 180),
          new Call(112, 157));

  /// Calls that take another process, by the first argument: prlimit64, sched_setaffinity,
  /// sched_setscheduler, sched_setparam, sched_setattr, migrate_pages, move_pages.
  private static final List<Call> ON_ITSELF =
      List.of(
          new Call(302, 261),
          new Call(203, 122),
          new Call(144, 119),
          new Call(142, 118),
          new Call(314, 274),
          new Call(256, 238),
          new Call(279, 239));

  /// The same by the second: setpriority, ioprio_set.
  private static final List<Call> ON_ITSELF_BY_SECOND =
      List.of(new Call(141, 140), new Call(251, 30));

  private CallFilter() {}

  /// For commands in namespaces: sockets there reach nothing outside, but some families have no
  /// namespace (vsock reaches a virtual machine's host).
  static byte[] withinNamespaces(CallNumbers numbers) {
    FilterProgram program = begin(numbers);
    program.failButFamilies(
        SOCKET.on(numbers), List.of(UNIX, INTERNET_4, INTERNET_6), NETLINK, EAFNOSUPPORT);
    return program.toBytes();
  }

  /// For commands that only Landlock confines: no sockets at all, since it does not look at those
  /// of files and of datagrams.
  ///
  /// @param group the only process group that may be joined
  static byte[] withoutNamespaces(CallNumbers numbers, int group) {
    FilterProgram program = begin(numbers);
    program.fail(SOCKET.on(numbers), EACCES);
    failAll(program, NEVER_WITHOUT_NAMESPACES, numbers);
    ON_ITSELF.forEach(call -> program.failUnlessZero(call.on(numbers), 0, EPERM));
    ON_ITSELF_BY_SECOND.forEach(call -> program.failUnlessZero(call.on(numbers), 1, EPERM));
    program.failUnlessEqual(SET_GROUP.on(numbers), 1, group, EPERM);
    program.failUnlessZero(UTIMENSAT.on(numbers), 1, EPERM);
    return program.toBytes();
  }

  private static FilterProgram begin(CallNumbers numbers) {
    FilterProgram program = new FilterProgram();
    program.requireProcessor(numbers.auditName());
    if (numbers == CallNumbers.X86_64) {
      program.failFrom(X32_CALLS, ENOSYS);
    }
    failAll(program, NEVER, numbers);
    program.fail(CLONE_3, ENOSYS);
    program.failWithBits(CLONE.on(numbers), 0, NEW_NAMESPACES, EPERM);
    program.failWithBits(UNSHARE.on(numbers), 0, NEW_NAMESPACES | NEW_TIME_NAMESPACE, EPERM);
    program.failWithValues(IOCTL.on(numbers), 1, TERMINAL_INPUT, EPERM);
    return program;
  }

  private static void failAll(FilterProgram program, List<Call> calls, CallNumbers numbers) {
    calls.stream()
        .mapToInt(call -> call.on(numbers))
        .filter(number -> number != NONE)
        .forEach(number -> program.fail(number, EPERM));
  }
}
