#include "indicators/relative_strength.hpp"

namespace tsflow::market {

void Mansfield::commit(double price, double benchmark) {
    const double ratio = quotient(price, benchmark);
    if (known(ratio)) {
        ratio_ = ratio;
        ratios_.commit(ratio);
    }
}

double Mansfield::live(double price, double benchmark) const noexcept {
    const double ratio = quotient(price, benchmark);
    return of(ratio, ratios_.live(ratio));
}

void Mansfield::apply_split(double ratio) {
    ratio_ /= ratio;
    ratios_.apply_split(ratio);
}

void Mansfield::save(StateWriter& state) const {
    state.real(ratio_);
    ratios_.save(state);
}

void Mansfield::restore(StateReader& state) {
    ratio_ = state.real();
    ratios_.restore(state);
}

}  // namespace tsflow::market
