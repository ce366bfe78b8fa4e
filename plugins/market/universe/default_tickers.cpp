#include "universe/default_tickers.hpp"

namespace tsflow::market {

const std::vector<std::string>& default_tickers() {
    static const std::vector<std::string> tickers{"AAPL", "GOOGL", "MSFT", "TSLA",
                                                  "AMZN", "NFLX",  "META", "NVDA"};
    return tickers;
}

}  // namespace tsflow::market
