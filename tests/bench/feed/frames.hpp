#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tsflow::bench {

/// Frames as the live feed sends them, each with readable bytes behind it, as a reader's buffer has.
struct Frames {
    std::vector<std::string> padded;
    std::vector<std::string_view> texts;
    std::size_t events = 0;
    std::size_t bytes = 0;
};

/// Frames of minute bars or of trades, with `per_frame` events each, of 500 tickers; some 2 MB.
Frames minute_frames(std::size_t per_frame);
Frames trade_frames(std::size_t per_frame);

}  // namespace tsflow::bench
