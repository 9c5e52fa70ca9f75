/// What a theme gives a colour to. The first block is btop's, with its names; the second is Thaw's,
/// each with a key of btop's as its default, so that btop's own themes load unchanged. A case is
/// named as its key is in the file.
///
///     key          default         what it is
///     chart_box    cpu_box         border of the charts
///     layer_box    mem_box         border of the layer list and of the graph
///     knob_box     net_box         border of the controls
///     train        cached_end      curve of the training set
///     val          available_end   curve of the validation set
///     frozen_fg    cached_mid      what is frozen
///     live_fg      process_start   what trains; the filled part of a rail
///     edit_mark    upload_end      an edit's mark on a chart, its line in the log
///     nan_fg       cpu_end         a loss that is no number, failures
///     accent_fg    cpu_mid         a value that stands out, warnings
///     bar_bg       main_bg         background of the top and the bottom bar
///     heat_start   temp_start      the scale of a map by time or memory: least …
///     heat_mid     temp_mid        … middle …
///     heat_end     temp_end        … most
package enum ThemeKey: String, CaseIterable, Sendable {
  case mainBg = "main_bg"
  case mainFg = "main_fg"
  case title
  case hiFg = "hi_fg"
  case selectedBg = "selected_bg"
  case selectedFg = "selected_fg"
  case inactiveFg = "inactive_fg"
  case graphText = "graph_text"
  case meterBg = "meter_bg"
  case procMisc = "proc_misc"
  case cpuBox = "cpu_box"
  case memBox = "mem_box"
  case netBox = "net_box"
  case procBox = "proc_box"
  case divLine = "div_line"
  case tempStart = "temp_start"
  case tempMid = "temp_mid"
  case tempEnd = "temp_end"
  case cpuStart = "cpu_start"
  case cpuMid = "cpu_mid"
  case cpuEnd = "cpu_end"
  case freeStart = "free_start"
  case freeMid = "free_mid"
  case freeEnd = "free_end"
  case cachedStart = "cached_start"
  case cachedMid = "cached_mid"
  case cachedEnd = "cached_end"
  case availableStart = "available_start"
  case availableMid = "available_mid"
  case availableEnd = "available_end"
  case usedStart = "used_start"
  case usedMid = "used_mid"
  case usedEnd = "used_end"
  case downloadStart = "download_start"
  case downloadMid = "download_mid"
  case downloadEnd = "download_end"
  case uploadStart = "upload_start"
  case uploadMid = "upload_mid"
  case uploadEnd = "upload_end"
  case processStart = "process_start"
  case processMid = "process_mid"
  case processEnd = "process_end"
  case procPauseBg = "proc_pause_bg"
  case procFollowBg = "proc_follow_bg"
  case procBannerBg = "proc_banner_bg"
  case procBannerFg = "proc_banner_fg"
  case followedBg = "followed_bg"
  case followedFg = "followed_fg"

  case chartBox = "chart_box"
  case layerBox = "layer_box"
  case knobBox = "knob_box"
  case train, val
  case frozenFg = "frozen_fg"
  case liveFg = "live_fg"
  case editMark = "edit_mark"
  case nanFg = "nan_fg"
  case accentFg = "accent_fg"
  case barBg = "bar_bg"
  case heatStart = "heat_start"
  case heatMid = "heat_mid"
  case heatEnd = "heat_end"

  /// The key whose colour it takes where a theme does not name it; `nil`: the built-in colour.
  package var fallback: ThemeKey? {
    switch self {
    case .chartBox: .cpuBox
    case .layerBox: .memBox
    case .knobBox: .netBox
    case .train: .cachedEnd
    case .val: .availableEnd
    case .frozenFg: .cachedMid
    case .liveFg: .processStart
    case .editMark: .uploadEnd
    case .nanFg: .cpuEnd
    case .accentFg: .cpuMid
    case .barBg: .mainBg
    case .heatStart: .tempStart
    case .heatMid: .tempMid
    case .heatEnd: .tempEnd
    default: nil
    }
  }

  /// The start of the gradient that it continues: an empty middle or end takes its colour.
  var gradientStart: ThemeKey? {
    for suffix in ["_mid", "_end"] where rawValue.hasSuffix(suffix) {
      return ThemeKey(rawValue: rawValue.dropLast(4) + "_start")
    }
    return nil
  }

  /// Empty is a colour only for a background: the terminal's own.
  var isBackground: Bool { rawValue.hasSuffix("_bg") }
}
