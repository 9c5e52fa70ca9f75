/// What a theme gives a colour to. The first block is btop's, with its names; the second is Thaw's,
/// each with a key of btop's as its default, so that btop's own themes load unchanged:
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
  case main_bg, main_fg, title, hi_fg, selected_bg, selected_fg, inactive_fg, graph_text
  case meter_bg, proc_misc, cpu_box, mem_box, net_box, proc_box, div_line
  case temp_start, temp_mid, temp_end, cpu_start, cpu_mid, cpu_end
  case free_start, free_mid, free_end, cached_start, cached_mid, cached_end
  case available_start, available_mid, available_end, used_start, used_mid, used_end
  case download_start, download_mid, download_end, upload_start, upload_mid, upload_end
  case process_start, process_mid, process_end
  case proc_pause_bg, proc_follow_bg, proc_banner_bg, proc_banner_fg, followed_bg, followed_fg

  case chart_box, layer_box, knob_box, train, val, frozen_fg, live_fg, edit_mark, nan_fg
  case accent_fg, bar_bg, heat_start, heat_mid, heat_end

  /// The key whose colour it takes where a theme does not name it; `nil`: the built-in colour.
  package var fallback: ThemeKey? {
    switch self {
    case .chart_box: .cpu_box
    case .layer_box: .mem_box
    case .knob_box: .net_box
    case .train: .cached_end
    case .val: .available_end
    case .frozen_fg: .cached_mid
    case .live_fg: .process_start
    case .edit_mark: .upload_end
    case .nan_fg: .cpu_end
    case .accent_fg: .cpu_mid
    case .bar_bg: .main_bg
    case .heat_start: .temp_start
    case .heat_mid: .temp_mid
    case .heat_end: .temp_end
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
