"""Networks of each framework with random weights, made as each dialect names them."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy
import torch

# PyPI's torchvision is compiled for CUDA: beside a torch without it its own operators are not there,
# and must not be given shapes. Classifiers use none of them.
torch.library.register_fake = lambda *arguments, **keywords: lambda function: function
import timm
import torchvision


def torch_network(dialect, name, classes, edge, seed=0):
    """In evaluation mode, with statistics of its batch normalisations that are no identity."""
    torch.manual_seed(seed)
    if dialect == "timm":
        network = timm.create_model(name, num_classes=classes)
    else:
        # Auxiliary classifiers are for training alone; their own initialisation takes minutes.
        options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        network = torchvision.models.get_model(name, weights=None, num_classes=classes, **options)
        network.aux_logits = False
    randomize_normalizations(network.eval(), edge, torch.Generator().manual_seed(seed + 1))
    return network


def randomize_normalizations(network, edge, generator):
    """Statistics near those of what passes, as after training: taken layer by layer from some images, and
    changed at random. With any others the values of a deep network grow or vanish from layer to layer, until
    its own answers in single precision are none."""

    def random(kind, like):
        return kind(like.shape, generator=generator)

    def take_statistics(module, inputs):
        variance, mean = torch.var_mean(inputs[0], dim=(0, 2, 3), correction=0)
        module.running_mean.copy_(mean + 0.1 * variance.sqrt() * random(torch.randn, mean))
        module.running_var.copy_(variance * (0.8 + 0.4 * random(torch.rand, variance)))
        if module.weight is not None:
            # A branch that training begins with 0 stays a small one.
            size = torch.where(module.weight == 0, 0.2, 1.0)
            module.weight.copy_(size * (0.8 + 0.4 * random(torch.rand, mean)))
            module.bias.copy_(0.1 * random(torch.randn, mean))

    hooks = [
        module.register_forward_pre_hook(take_statistics) for module in network.modules()
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm)]
    torch_logits(network, images(edge, count=SETTLING_IMAGES))
    for hook in hooks:
        hook.remove()


def torch_logits(network, images):
    with torch.no_grad():
        return network(torch.from_numpy(images).permute(0, 3, 1, 2)).numpy()


# Images that statistics are taken from, the one that is compared among them.
SETTLING_IMAGES = 4

# Where an application of Keras is more than its name, or none any more.
KERAS_ARGUMENTS = {
    "mobilenetv3_large_075": ("MobileNetV3Large", {"alpha": 0.75}),
    "mobilenetv3_small_075": ("MobileNetV3Small", {"alpha": 0.75}),
    "tf_mobilenetv3_large_minimal_100": ("MobileNetV3Large", {"minimalistic": True}),
    "tf_mobilenetv3_small_minimal_100": ("MobileNetV3Small", {"minimalistic": True}),
    "resnet50_caffe": (None, {}),
}
for width in (25, 50, 75):
    KERAS_ARGUMENTS[f"mobilenetv1_{width:03}"] = ("MobileNet", {"alpha": width / 100})
for width in (35, 50, 75, 130, 140):
    KERAS_ARGUMENTS[f"mobilenetv2_{width:03}"] = ("MobileNetV2", {"alpha": width / 100})


def keras_application(name):
    """The function that makes it and its arguments; None for one that is in no release any more."""
    import keras

    function, arguments = KERAS_ARGUMENTS.get(name, (name, {}))
    if function is None:
        return None
    plain = function.replace("_", "").lower()
    for attribute in dir(keras.applications):
        candidate = getattr(keras.applications, attribute)
        if attribute.lower() == plain and callable(candidate):
            return candidate, arguments
    raise RuntimeError(f"no application of Keras is called {name}")


def keras_network(name, classes, edge, seed=0):
    import keras

    keras.utils.set_random_seed(seed)
    application, arguments = keras_application(name)
    network = application(
        weights=None, classes=classes, input_shape=(edge, edge, 3), classifier_activation=None,
        **arguments)
    generator = numpy.random.default_rng(seed + 1)
    kind = keras.layers.BatchNormalization
    plain = kind.call

    def taking_statistics(layer, inputs, training=None, mask=None):
        """As in `randomize_normalizations`."""
        axes = tuple(axis for axis in range(len(inputs.shape)) if axis != len(inputs.shape) - 1)
        values = numpy.asarray(inputs)
        mean, variance = values.mean(axes), values.var(axes)
        layer.moving_mean.assign(
            mean + 0.1 * numpy.sqrt(variance) * generator.standard_normal(mean.shape))
        layer.moving_variance.assign(variance * (0.8 + 0.4 * generator.random(mean.shape)))
        if layer.gamma is not None:
            layer.gamma.assign(0.8 + 0.4 * generator.random(mean.shape))
        if layer.beta is not None:
            layer.beta.assign(0.1 * generator.standard_normal(mean.shape))
        return plain(layer, inputs, training=False)

    kind.call = taking_statistics
    try:
        scale = 60.0 if reads_pixels(network) else 1.0
        keras_logits(network, images(edge, count=SETTLING_IMAGES, scale=scale))
    finally:
        kind.call = plain
    return network


def reads_pixels(network):
    """Whether an application begins with its own preparation, and takes 0 to 255."""
    return any(type(layer).__name__ in ("Rescaling", "Normalization") for layer in network.layers[:4])


def keras_logits(network, images):
    return numpy.asarray(network(images, training=False))


def images(edge, count=1, seed=3, scale=1.0):
    """`[count, edge, edge, 3]`, as a network of torch reads them: about 0 to both sides."""
    values = numpy.random.default_rng(seed).standard_normal((count, edge, edge, 3))
    return (scale * values).astype(numpy.float32)
