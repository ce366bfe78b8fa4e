#pragma once

#include <cstddef>
#include <memory>

#include "runtime/metrics.hpp"
#include "runtime/tap.hpp"

namespace tsflow {

/// A run, as it can be looked at while it goes on. Any thread.
class RunView {
public:
    virtual PipelineMetrics metrics() const = 0;
    virtual bool stopping() const = 0;
    /// Shows `tap` what leaves output `port` of node `node` (indices into the plan) until it is removed.
    virtual void add_tap(std::size_t node, std::size_t port, std::shared_ptr<Tap> tap) = 0;
    virtual void remove_tap(std::size_t node, std::size_t port, const Tap& tap) = 0;

protected:
    ~RunView() = default;
};

/// Is told, on the thread that called run(), between which two moments there is something to look at.
class RunWatcher {
public:
    virtual void started(RunView& run) = 0;
    /// From the return of this on the view is gone.
    virtual void ending() = 0;

protected:
    ~RunWatcher() = default;
};

}  // namespace tsflow
