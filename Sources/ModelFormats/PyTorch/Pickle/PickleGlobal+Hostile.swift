extension PickleGlobal {
  /// Modules whose functions no honest file of weights names: whoever loads such a file with Python runs
  /// somebody's commands. (Nothing is run here in any case.)
  private static let hostileModules: Set<Substring> = [
    "os", "posix", "nt", "subprocess", "_posixsubprocess", "sys", "pty", "shutil", "socket",
    "_socket", "ssl", "runpy", "importlib", "imp", "ctypes", "_ctypes", "webbrowser", "code",
    "codeop", "commands", "popen2", "marshal", "pickle", "_pickle", "cPickle", "dill",
    "cloudpickle", "joblib", "shelve", "pdb", "bdb", "timeit", "trace", "cProfile", "profile",
    "asyncio", "multiprocessing", "threading", "_thread", "concurrent", "pip", "ensurepip",
    "setuptools", "distutils", "venv", "requests", "urllib", "urllib2", "urllib3", "http",
    "httplib", "httpx", "aiohttp", "ftplib", "smtplib", "telnetlib", "xmlrpc", "signal", "gc",
    "ast", "pydoc", "doctest", "test", "idlelib", "lib2to3", "site", "sysconfig",
    "tempfile", "mmap", "resource", "fcntl", "zipimport", "pkgutil", "linecache",
    "win32api", "winreg",
  ]

  private static let hostilePrefixes = [
    "torch.hub", "torch.utils.cpp_extension", "torch.utils.bottleneck", "torch.jit",
    "torch.storage._load_from_bytes", "torch._inductor", "torch._dynamo",
    "torch.multiprocessing", "torch.fx", "torch.ops", "torch.load", "torch.package",
    "numpy.testing", "numpy.load", "numpy.f2py", "numpy.distutils", "pandas.io", "pandas.eval",
    "operator.attrgetter", "operator.methodcaller", "_operator.attrgetter",
    "_operator.methodcaller", "functools.reduce", "_functools.reduce", "logging.config",
    "unittest.mock", "types.CodeType", "types.FunctionType", "types.LambdaType",
  ]

  private static let hostileFunctions: Set<String> = [
    "eval", "exec", "execfile", "compile", "open", "__import__", "input", "raw_input", "breakpoint",
    "globals", "locals", "vars", "apply", "setattr", "delattr", "exit", "quit", "memoryview",
    "help", "file", "reload", "__build_class__",
  ]

  /// Whether the name has a place in attacks and none in a file of weights.
  var isHostile: Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    // `copyreg.__newobj__` makes an object of a class, as an opcode does.
    if !module.hasPrefix("copy"), parts.contains(where: { $0.hasPrefix("__") }) { return true }
    if ["builtins", "__builtin__", "__builtins__"].contains(module) {
      // `getattr` stands in honest files for a method of an object, `set` and the like for themselves.
      return parts.contains { Self.hostileFunctions.contains(String($0)) }
    }
    if Self.hostileModules.contains(module.prefix { $0 != "." }) { return true }
    let whole = description
    return Self.hostilePrefixes.contains { whole == $0 || whole.hasPrefix($0 + ".") }
  }
}
