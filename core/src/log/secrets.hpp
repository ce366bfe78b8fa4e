#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tsflow {

/// The values of a pipeline's secret options, to keep them out of all that is shown or stored. Of a
/// URL, or of a `key=value` list as libpq takes it, the password alone is a secret as well, as written
/// and with its `%XX` filled in. Values of fewer than four bytes are none: half of all texts hold them.
class Secrets {
public:
    Secrets() = default;
    explicit Secrets(const std::vector<std::string>& values);

    bool empty() const noexcept { return values_.empty(); }
    bool within(std::string_view text) const noexcept;
    /// `text` with `***` in place of each secret.
    std::string hide(std::string_view text) const;

private:
    void add(std::string value);

    std::vector<std::string> values_;  // longest first, so that a part does not spoil the whole
};

}  // namespace tsflow
