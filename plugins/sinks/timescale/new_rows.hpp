#pragma once

#include <algorithm>
#include <cstdint>

namespace tsflow::timescale {

/// Whether the rows of a table's next transaction are to be taken for new ones. COPY writes new rows at nearly
/// twice the rate of an upsert, but a transaction in which a key turns out to be there is lost and made again. So
/// the more often that happens, the more transactions go by before the next is tried: where about half of the
/// tries succeed, which is where they begin to pay, the pause neither grows nor shrinks.
class NewRows {
public:
    /// `most_pause`: transactions that go by untried at the most; 0: each is tried.
    explicit NewRows(std::uint32_t most_pause) noexcept : most_pause_(most_pause) {}

    /// Asked once a transaction, whose outcome is told when it was tried.
    bool try_now() noexcept {
        if (left_ > 0) {
            --left_;
            return false;
        }
        return true;
    }
    void were_new() noexcept { pause_ /= 2; }
    void were_not() noexcept {
        pause_ = std::min(2 * pause_ + 1, most_pause_);
        left_ = pause_;
    }

private:
    std::uint32_t most_pause_;
    std::uint32_t pause_ = 0;
    std::uint32_t left_ = 0;
};

}  // namespace tsflow::timescale
