#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "testing/conformance.hpp"

namespace tsflow::testing {

/// What a node emitted, by port and in order.
using Emitted = std::vector<std::pair<std::size_t, Batch>>;

/// An emitter that checks each emitter promise as it records: known ports, the ports' own schemas,
/// watermarks that only grow, and no row behind a watermark that excluded it.
class Recorder final : public Emitter {
public:
    Recorder(Conformance& run, const Ports& ports) : run_(run), ports_(ports) {}

    void emit(Batch batch, std::size_t port = 0) override;
    void watermark(Timestamp time) override;

    /// Throws Cancelled from the call of emit() behind `emits` more ones, as an aborting host does.
    void cancel_after(std::size_t emits) { cancel_after_ = emits; }
    bool cancelled() const noexcept { return cancelled_; }

    const Emitted& emitted() const noexcept { return emitted_; }
    std::size_t rows() const noexcept { return rows_; }

private:
    void check_times(const Batch& batch, const std::string& port);

    Conformance& run_;
    const Ports& ports_;
    Emitted emitted_;
    std::size_t rows_ = 0;
    std::optional<Timestamp> watermark_;
    std::optional<std::size_t> cancel_after_;
    bool cancelled_ = false;
};

/// All rows of `emitted`, port by port; how they were batched does not matter.
std::vector<Batch> by_port(const Emitted& emitted, const Ports& ports);

/// Throws, inside a check, with the first difference when rows differ; `got` is what they are called.
void expect_same_rows(const std::vector<Batch>& expected, const std::vector<Batch>& found,
                      const Ports& ports, const std::string& got);
/// The same for batches with their boundaries.
void expect_same_batches(const Emitted& expected, const Emitted& found, const std::string& got);

}  // namespace tsflow::testing
