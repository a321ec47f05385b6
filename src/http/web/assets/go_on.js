// On to where the button leads: when the frames of the page have loaded, or have taken too long.
const goOn = () => location.replace(document.getElementById("logout-continue").href);
addEventListener("load", goOn);
setTimeout(goOn, 5000);
