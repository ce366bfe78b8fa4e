#include "peers.hpp"

#include <dlfcn.h>

#include <vector>

namespace tsflow::bench {

namespace {

// TA-Lib: first and last index, inputs, period, where the output begins and its length, the output.
using TalibOne = int (*)(int, int, const double*, int, int*, int*, double*);
using TalibThree = int (*)(int, int, const double*, const double*, const double*, int, int*, int*,
                           double*);
// Tulip: length, inputs, options, outputs.
using Tulip = int (*)(int, const double* const*, const double*, double* const*);

void* library() {
    static void* const loaded = dlopen(TSFLOW_BENCH_PEERS, RTLD_NOW);
    return loaded;
}

template <class Function>
Function function(const char* name) {
    return reinterpret_cast<Function>(dlsym(library(), name));
}

int talib(TalibOne compute, const Series& series, int period, double* out) {
    int begin = 0;
    int count = 0;
    const int last = static_cast<int>(series.close.size()) - 1;
    compute(0, last, series.close.data(), period, &begin, &count, out);
    return count;
}

int tulip(Tulip compute, std::initializer_list<const double*> inputs, const Series& series,
          int period, int missing, double* out) {
    const double option = period;
    double* const outputs[] = {out};
    const int size = static_cast<int>(series.close.size());
    compute(size, inputs.begin(), &option, outputs);
    return size - missing;
}

int talib_sma(const Series& series, int period, double* out) {
    static const auto compute = function<TalibOne>("TA_SMA");
    return talib(compute, series, period, out);
}
int talib_ema(const Series& series, int period, double* out) {
    static const auto compute = function<TalibOne>("TA_EMA");
    return talib(compute, series, period, out);
}
int talib_rsi(const Series& series, int period, double* out) {
    static const auto compute = function<TalibOne>("TA_RSI");
    return talib(compute, series, period, out);
}
int talib_max(const Series& series, int period, double* out) {
    static const auto compute = function<TalibOne>("TA_MAX");
    return talib(compute, series, period, out);
}
int talib_roc(const Series& series, int period, double* out) {
    static const auto compute = function<TalibOne>("TA_ROC");
    return talib(compute, series, period, out);
}
int talib_atr(const Series& series, int period, double* out) {
    static const auto compute = function<TalibThree>("TA_ATR");
    int begin = 0;
    int count = 0;
    compute(0, static_cast<int>(series.close.size()) - 1, series.high.data(), series.low.data(),
            series.close.data(), period, &begin, &count, out);
    return count;
}

int tulip_sma(const Series& series, int period, double* out) {
    static const auto compute = function<Tulip>("ti_sma");
    return tulip(compute, {series.close.data()}, series, period, period - 1, out);
}
int tulip_ema(const Series& series, int period, double* out) {
    static const auto compute = function<Tulip>("ti_ema");
    return tulip(compute, {series.close.data()}, series, period, 0, out);
}
int tulip_atr(const Series& series, int period, double* out) {
    static const auto compute = function<Tulip>("ti_atr");
    return tulip(compute, {series.high.data(), series.low.data(), series.close.data()}, series,
                 period, period - 1, out);
}
int tulip_rsi(const Series& series, int period, double* out) {
    static const auto compute = function<Tulip>("ti_rsi");
    return tulip(compute, {series.close.data()}, series, period, period, out);
}

int tulip_max(const Series& series, int period, double* out) {
    static const auto compute = function<Tulip>("ti_max");
    return tulip(compute, {series.close.data()}, series, period, period - 1, out);
}
int tulip_roc(const Series& series, int period, double* out) {
    static const auto compute = function<Tulip>("ti_roc");
    return tulip(compute, {series.close.data()}, series, period, period, out);
}

}  // namespace

std::span<const Peer> other_libraries() {
    static const std::vector<Peer> all = [] {
        if (library() == nullptr) {
            return std::vector<Peer>{};
        }
        if (const auto initialize = function<int (*)()>("TA_Initialize")) {
            initialize();
        }
        return std::vector<Peer>{
            {"TA-Lib", talib_sma, talib_ema, talib_atr, talib_rsi, talib_max, talib_roc},
            {"Tulip", tulip_sma, tulip_ema, tulip_atr, tulip_rsi, tulip_max, tulip_roc}};
    }();
    return all;
}

}  // namespace tsflow::bench
