#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "layout.hpp"
#include "tsflow/batch.hpp"

namespace tsflow::resample {

/// Turns columns into the rows of words that windows keep (see `Layout`), a chunk at a time and a column
/// at a time, so that the loop over rows copies words without asking for types.
class RowReader {
public:
    static constexpr std::size_t chunk_rows = 256;

    /// Reads rows `first` to `first + count` of `batch`, at most `chunk_rows`.
    void read(const Layout& layout, const Batch& batch, std::size_t first, std::size_t count);

    const std::uint64_t* row(const Layout& layout, std::size_t index) const noexcept {
        return words_.data() + index * layout.width();
    }
    /// What the cells of strings index; valid as long as the batch.
    const std::vector<std::string_view>& texts() const noexcept { return texts_; }

private:
    std::vector<std::uint64_t> words_;
    std::vector<std::string_view> texts_;
};

}  // namespace tsflow::resample
