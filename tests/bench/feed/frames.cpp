#include "frames.hpp"

#include <random>

#include <fmt/format.h>

namespace tsflow::bench {
namespace {

constexpr std::size_t total_bytes = 2'000'000;
constexpr std::size_t behind = 64;  // what simdjson wants to be readable

std::string ticker(std::size_t index) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string text;
    for (std::size_t rest = index * 37 + 11; rest > 0; rest /= letters.size()) {
        text += letters[rest % letters.size()];
    }
    return text;
}

class Market {
public:
    std::string minute() {
        const double price = next_price();
        const auto volume = static_cast<int>(count(random_) + 100);
        return fmt::format(
            R"({{"ev":"AM","sym":"{}","v":{},"dv":"{}.0","av":{},"dav":"{}.{:06}","op":{:.2f},)"
            R"("vw":{:.4f},"o":{:.2f},"c":{:.2f},"h":{:.2f},"l":{:.2f},"a":{:.4f},"z":{},)"
            R"("s":{},"e":{}}})",
            ticker(symbol(random_)), volume, volume, 300 * volume, 300 * volume, count(random_),
            price + 1.5, price + 0.0123, price, price + 0.04, price + 0.11, price - 0.07,
            price + 0.4321, 40 + volume % 90, time_, time_ + 60'000);
    }
    std::string trade() {
        time_ += 1;
        const auto number = count(random_);
        return fmt::format(
            R"({{"ev":"T","sym":"{}","x":{},"i":"{}","z":{},"p":{:.4f},"s":{},"ds":"{}.0",)"
            R"("c":[{}],"t":{},"q":{}}})",
            ticker(symbol(random_)), number % 20 + 1, number + 52'000, number % 3 + 1, next_price(),
            number % 400 + 1, number % 400 + 1, number % 3 == 0 ? "14,37,41" : "37", time_,
            number + 3'600'000);
    }

private:
    double next_price() { return std::uniform_real_distribution{5.0, 600.0}(random_); }

    std::mt19937_64 random_{7};
    std::uniform_int_distribution<std::size_t> symbol{0, 499};
    std::uniform_int_distribution<int> count{1, 90'000};
    std::int64_t time_ = 1'788'877'020'000;
};

template <class NextEvent>
Frames frames(std::size_t per_frame, NextEvent&& next_event) {
    Frames all;
    while (all.bytes < total_bytes) {
        std::string text = "[";
        for (std::size_t i = 0; i < per_frame; ++i) {
            text += (i == 0 ? "" : ",") + next_event();
        }
        text += "]";
        all.events += per_frame;
        all.bytes += text.size();
        all.padded.push_back(text + std::string(behind, ' '));
    }
    for (const std::string& text : all.padded) {
        all.texts.emplace_back(text.data(), text.size() - behind);
    }
    return all;
}

}  // namespace

Frames minute_frames(std::size_t per_frame) {
    Market market;
    return frames(per_frame, [&market] { return market.minute(); });
}

Frames trade_frames(std::size_t per_frame) {
    Market market;
    return frames(per_frame, [&market] { return market.trade(); });
}

}  // namespace tsflow::bench
